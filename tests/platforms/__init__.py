"""What the strict fakes of platforms (``tests.telegram``, ``tests.wechat``, ``tests.wecom``) have in common.

| file | holds |
|---|---|
| journal.py | what happened there |
| faults.py | what goes wrong on the way, by a script or by chance |
| serving.py | real HTTP on a port of its own, and connections that break |
| fake.py | ``Fake``: start, stop, waiting |
| alone.py, remote.py | a fake as a process of its own, and playing its people from another one |
"""
