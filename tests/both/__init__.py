"""One application on both platforms: homeowners on the Official Account and the web chat, all others on WeCom.

| file | holds |
|---|---|
| office.py | the application between the two fakes |
| play.py | the homeowner who goes from one chat to another, and what must be true at the end of each story |
| promises.py | what was promised to whom, and how often they were told |
"""
