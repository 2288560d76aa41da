## WeCom: cards, the group of staff, the app's menu; the greeting of its customer service.

# A card has room for six buttons.
wecom-choose = Reply with a number:
wecom-card-choose = Please choose
# At most ten characters.
wecom-done = All done
wecom-group-name = { " " }service desk

# At most sixteen letters for the first three, forty for the others.
wecom-menu-queue = Queue
wecom-menu-jobs = Today's jobs
wecom-menu-more = More
wecom-menu-new = New request
wecom-menu-invite = Invite somebody
wecom-menu-language = Language
wecom-menu-help = Help

wecomkf-welcome = Hello. Tell us what is broken or what you would like to have installed, with photos if you like. Reply “human” to reach a person.
wecomkf-choose = Please choose, or reply with a number:

bind-made =
    The group of { $company } on WeCom is set: I make it, and staff are in it as soon as they join.
    New requests come to the group. What is said there I cannot read: to answer a homeowner, tap “Answer” beneath what they said, or write /r, the number and your words here.

hello-code = If you work with us, please send me the code of your invitation.
