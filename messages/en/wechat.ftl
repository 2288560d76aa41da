## The Official Account: choosing where there are no buttons, files that cannot be sent, and the menu beneath the chat.
## The first level of the menu has room for 16 bytes, the second for 60.

wechat-choose = Reply with a number:
wechat-file-elsewhere = WeChat does not take this file. If you need it, reply “human” and we will send it another way.
wechat-file-nameless = File

wechat-menu-new = Report
wechat-menu-status = Progress
wechat-menu-more = More
wechat-menu-human = Talk to a person
wechat-menu-verify = Check an installer
wechat-menu-link = Link an earlier chat
wechat-menu-share = Refer a friend
wechat-menu-help = Help
