## The staff group.

queue-title = 未完成 { $count } 单
queue-state = { $state } { $count } 单
queue-more = 更多{ $state }（共 { $count } 单）
queue-end = 后面没有了。发 /queue 从头看。
queue-empty = 现在没有要处理的服务单。

find-help = 请写要找的内容：单号、电话、地址或描述里的词，例如「/find 世纪大道」。
find-none = 没有找到「{ $words }」。换个词试试：单号、完整的电话、小区名。
find-title = 「{ $words }」找到 { $count } 单
find-line = { $what } · { $state }

# The group: somebody writes. The line after it is what they wrote.
staff-message = { $name } 发来消息，回复这一条即可答复：
staff-asked = { $id } { $name } 问师傅，师傅可以直接答复；回复这一条，您也可以答复：
staff-told = { $id } { $name } 回复业主：
staff-supplement = { $id } { $name } 补充了情况，回复这一条即可答复：
staff-supplement-danger = { $id } { $name } 补充说的疑似{ $danger }。请马上打电话，或回复这一条：
# Above the latest of what somebody wrote very fast. $id may be empty.
staff-flood = { $name } 一分钟内发来 { $count } 条消息，最近几条合在这里，回复这一条即可答复。 { $id }
# $id may be empty.
staff-human = { $name } 想找人工客服，回复这一条即可答复。 { $id }

# The homeowner: a human answers. The line after it is the answer. $id may be empty.
reply-from-installer = { $name }回复 { $id }
reply-from = 客服{ $name }回复 { $id }
reply-sent = 已发给业主 { $id }
reply-help = 请写单号和回复内容，例如「/r R-1001 师傅下午两点到」。
reply-nobody = 这条消息背后没有业主，没有发给任何人。请回复业主的消息或服务单卡片，或用「/r 单号 内容」。
reply-nowhere = 业主没有可以收消息的聊天，请改打电话 { $phone }。
answer-button = 答复
answer-ask = 请写要发给{ $name }的话，可以带照片；不想发了，就点「不填了」。
human-called = 已经告诉客服，最晚 { $by } 有人在这里回复您。着急的话，请打 { $phone }。

more-actions = 还可以做这些：

offer-pool = 放进抢单池（{ $count } 位师傅）
ask-installer = 派给哪位师傅？点一位，或写工号、姓名。
offer-others = 看其他 { $count } 位师傅
installer-which = 有几位同名的师傅，请写工号：{ $numbers }。
# $number may be empty.
installer = { $name } { $number }

bind-refused = 这个口令不对、用过或过期了。请管理员在私聊里发 /bindcode，取一个新的。
bind-public = 这是公开群，谁都能进来看客户资料，不能当客服群。请先在群设置里改成私密群，再发一次。
bind-done = 这里现在是{ $company }的客服群。新的服务单会出现在这里，点「认领」就归您跟进。

## Messages that could not be sent.

dead-retried = 正在重发。
dead-discarded = 好的，不再发了。
dead-gone = 这条消息已经处理过了。
dead-number = { $name } 的电话：{ $phone }
dead-no-phone = 打不了：对方没有留电话，或者您还没有和我私聊过（号码只发到私聊）。
dead-call-private = 号码已经私聊发给您。
staff-danger = { $name } 正在报修，疑似{ $danger }。请马上打电话，或回复这一条

## Filing for a caller.

behalf-ask-phone = 替谁登记？请写业主的电话。
behalf-ask-name = 怎么称呼这位业主？
behalf-filed = 已登记 { $id }，卡片在客服群里。

staff-code-pause = { $name }在 { $id } 连着 { $count } 次报错到达码，{ $minutes } 分钟内不再收。请打电话问问情况；人确实到了，点「更多」里的「免码放行」。
