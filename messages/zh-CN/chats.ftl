## Chats that change, and files that could not be kept.

group-added = 这里是{ $company }的服务助手。要把这个群设为客服群，请管理员在私聊里发 /bindcode 取口令，再到群里发「/bind 口令」。
# $title may be empty.
group-removed = 我被移出了客服群{ $title }，新的服务单现在没有群可发。请重新拉我进群，再发 /bindcode 取口令绑定一次。
anonymous-how = 匿名身份没有权限，我不知道您是谁。请在群设置里关闭匿名身份再发一次，或私聊我。
topics-denied = 客服群里不能建话题。请把我设为群管理员，并打开「管理话题」权限。在那之前，服务单都发在群的主聊天里。
channel-gap = 我停了太久，{ $channel } 上 { $from } 到 { $to } 之间的消息可能没有收到。请翻看这段时间的聊天，需要的话联系业主。

files-too-big = 有 { $count } 个文件超过 20 MB，没能收下。请剪短或压缩后再发，也可以截几张图。
files-no-space = 照片和文件暂时存不下，有 { $count } 个没有收下。请过几个小时再发，急的话先用文字写一下。
files-kind = 有 { $count } 个文件打不开，没有收下。请发照片、视频、语音或 PDF。
files-unseen = 表情和文件我在这里看不到。请打字，或发照片。
files-lost = 有 { $count } 个文件一直没有取到。请再发一次。
files-words-kept = 文字已收到。
files-later = 您发的文件还没有取到，已经记下，我们会再试，不用重发。
