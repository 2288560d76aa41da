## A request: its states, what is done with it, and who hears what.

## What staff and installers read.

state-NEW = 待认领
state-TRIAGED = 待派单
state-OFFERED = 派单中
state-ACCEPTED = 待约时间
state-SCHEDULED = 已约好
state-EN_ROUTE = 师傅在路上
state-IN_PROGRESS = 处理中
state-DONE = 待业主确认
state-CLOSED = 已完成
state-CANCELLED = 已取消
state-REJECTED = 无法受理

## What the homeowner reads.

home-state-NEW = 已受理
home-state-TRIAGED = 已确认
home-state-OFFERED = 派单中
home-state-ACCEPTED = 师傅已接单
home-state-SCHEDULED = 已预约
home-state-EN_ROUTE = 师傅已出发
home-state-IN_PROGRESS = 处理中
home-state-DONE = 待您确认
home-state-CLOSED = 已完成
home-state-CANCELLED = 已取消
home-state-REJECTED = 无法受理

## The homeowner's one next step.

next-NEW = 客服会在这里回复您，也可能打电话，请留意
next-TRIAGED = 客服正在安排师傅，定下来马上告诉您
next-OFFERED = 正在等师傅接单，接了马上告诉您是哪位师傅
next-ACCEPTED = 点「约时间」，选一个您方便的时段
next-SCHEDULED = 到时请家里留人。师傅出发会告诉您，到了门口再报到达码
next-EN_ROUTE = 等师傅到了门口，再把到达码报给师傅
next-IN_PROGRESS = 师傅做完后，请您看一看、试一试
next-DONE = 好了就点「确认完成」，没好就点「没修好」
next-CLOSED = 您不用再做什么。再有问题，直接写给我们
next-CANCELLED = 您不用再做什么。还需要的话，直接写给我们
next-REJECTED = 想再商量，直接写给我们，客服会回复您

## What staff do now.

todo-NEW = 点「认领」，然后联系业主
todo-complaint = 这是投诉：主管点「认领」，然后联系业主
todo-TRIAGED = 点「派单」，选一位师傅或放进抢单池
todo-OFFERED = 等师傅接单，没人接会回到这里
todo-ACCEPTED = 等业主选时间，也可以打电话替业主约好
todo-SCHEDULED = 等师傅按时出发
todo-EN_ROUTE = 等师傅到门口，用业主的到达码报到
todo-IN_PROGRESS = 等师傅完工
todo-DONE = 等业主确认，到期会自动确认。投诉不会，要打电话问业主
todo-CLOSED = 没有要做的事
todo-CANCELLED = 没有要做的事，主管可以恢复
todo-REJECTED = 没有要做的事，主管可以恢复

## Buttons.

action-claim = 认领
action-reject = 无法受理
action-offer = 派单
action-accept = 接单
action-decline = 拒单
action-withdraw = 撤回派单
action-schedule = 约时间
action-reschedule = 改约
action-depart = 出发
action-arrive = 到达
action-override = 免码放行
action-no_show = 没见到面
action-finish = 完工
action-reassign = 换师傅
action-hand_over = 转单
action-confirm = 确认完成
action-not_fixed = 没修好
action-rate = 评价
action-reopen = 重新打开
action-cancel = 取消这单
action-restore = 恢复
action-called = 已电话联系
action-correct = 更正
action-unreached = 电话没接通
action-urge = 催单
action-ask = 问师傅
action-add = 补充
action-more = 更多

## The timeline. It is read by the homeowner and by staff.

event-file = { $at } 提交服务单
event-supplement = { $at } 补充了情况
event-claim = { $at } 客服{ $who }已接手
event-reject = { $at } 客服{ $who }答复无法受理
event-offer = { $at } 客服{ $who }开始派单
event-accept = { $at } { $who } 接单
event-decline = { $at } { $who } 没有接单
event-expire = { $at } 超时没人接单
event-withdraw = { $at } { $who } 撤回派单
event-schedule = { $at } { $who } 约好上门时间
event-reschedule = { $at } { $who } 改了上门时间
event-depart = { $at } { $who } 出发
event-arrive = { $at } { $who } 到达，开始处理
event-override = { $at } 客服{ $who }确认师傅已到
event-no_show = { $at } 没有见到面，要重新约时间
event-finish = { $at } { $who } 完工
event-reassign = { $at } 客服{ $who }安排换师傅
event-hand_over = { $at } { $who } 转单，另找师傅
event-confirm = { $at } 确认完成
event-auto_close = { $at } 到期自动确认完成
event-unreached = { $at } { $who } 打电话没接通
event-not_fixed = { $at } 反映没修好
event-rate = { $at } 业主评分
event-reopen = { $at } { $who } 重新打开
event-cancel = { $at } { $who } 取消
event-restore = { $at } { $who } 恢复这一单
event-called = { $at } { $who } 已电话联系业主
event-correct = { $at } 客服{ $who }更正了信息
event-urge = { $at } 业主催单
event-told = { $at } { $who }回复
event-answered = { $at } 客服{ $who }回复
event-linked = { $at } 业主换了聊天渠道，服务单跟过来了
event-follows = { $at } 以前的一单完成很久了，另开这一单
event-unanswered = { $at } 说好的时间过了，还没有人回复业主

## What the homeowner is told.

told-file-homeowner = 收到了，单号 { $id }。最晚{ $by }，客服会联系您。
told-claim-homeowner = 客服{ $who }已经接手 { $id }，正在为您安排师傅。
told-reject-homeowner = 很抱歉，{ $id } 我们没法受理。原因：{ $reason }
reject-instead = 您可以打 { $phone }，看看有没有别的办法；也可以直接写在这里。
told-offer-homeowner = { $id } 已经派出去了，师傅接单后马上告诉您。
told-accept-homeowner = { $installer } 接了您的单，由这位师傅上门。请点「约时间」。
told-schedule-homeowner = 约好了：{ $span }，{ $installer } 上门。
told-reschedule-homeowner = 上门时间改为 { $span }。原因：{ $reason }
told-depart-homeowner = { $installer } 已经出发。到达码是 { $code }，等人到了门口再说。
told-arrive-homeowner = { $installer } 已经到了，开始处理。
told-override-homeowner = 客服{ $who }确认 { $installer } 已经到了，开始处理。原因：{ $reason }
told-no_show-homeowner = 这次没有见到面，请点「约时间」重新选一个时段。原因：{ $reason }
told-finish-homeowner = { $installer } 做完了，请您检查一下。
finish-photos-more = 还有 { $count } 张完工照片这里放不下，想看请回一句，客服发给您。
told-reassign-homeowner = 客服{ $who }正在为您换一位师傅，定下来马上告诉您。原因：{ $reason }
told-hand_over-homeowner = { $who } 没法继续这一单，正在为您另找师傅，找到马上告诉您。原因：{ $reason }
told-hand_over-back-homeowner = { $who } 没法继续这一单，客服会为您另外安排师傅。原因：{ $reason }
told-confirm-homeowner = 谢谢您，{ $id } 完成了。
told-auto_close-homeowner = { $id } 到期没有收到新情况，按已完成处理。还有问题，点「重新打开」。
told-unreached-homeowner = { $id } 我们打了两天电话，没有联系上您，先按已完成处理。还有问题，点「重新打开」。
told-not_fixed-homeowner = 很抱歉没修好。{ $installer } 会继续处理，客服也会跟着。
told-not_fixed-back-homeowner = 很抱歉没修好。客服会联系您，重新安排师傅。
told-rate-homeowner = 谢谢您，{ $score } 分已经记下。
told-reopen-homeowner = { $id } 重新打开了，客服会联系您，重新安排。
told-cancel-homeowner = { $id } 已经取消。原因：{ $reason }
told-restore-homeowner = { $id } 恢复了，客服会继续为您安排。原因：{ $reason }
told-urge-homeowner = 已经替您催了，客服会看到，并在这里回复您。
told-correct-homeowner = 客服{ $who }更正了 { $id } 的信息。{ $what }。不对的话，直接写给我们。

## What staff are told.

told-decline-staff = { $who } 没接 { $id }，正在等其他师傅。原因：{ $reason }
told-decline-back-staff = { $who } 没接 { $id }，请重新派单。原因：{ $reason }
told-expire-staff = { $id } 超时没人接，正在问下一位师傅。
told-expire-back-staff = { $id } 一直没人接。请重新派单，或打电话找师傅。
told-hand_over-staff = { $who } 转出 { $id }，正在等其他师傅。原因：{ $reason }
told-hand_over-back-staff = { $who } 转出 { $id }，请重新派单。原因：{ $reason }
told-not_fixed-staff = 业主说 { $id } 没修好，{ $installer } 继续处理。业主说：{ $reason }
told-not_fixed-back-staff = 业主说 { $id } 没修好，请联系业主，重新派单。业主说：{ $reason }
told-no_show-staff = { $who } 报告 { $id } 没有见到面，要重新约时间。原因：{ $reason }
told-reopen-staff = { $who } 重新打开了 { $id }，请联系业主。原因：{ $reason }
told-restore-staff = { $who } 恢复了 { $id }，请继续安排。原因：{ $reason }
told-cancel-staff = { $who } 取消了 { $id }。原因：{ $reason }
told-urge-staff = 业主在催 { $id }，请尽快回复。
told-rate-staff = 业主给 { $id } 打了 { $score } 分。
told-finish-staff = { $installer } 做完了 { $id }，等业主确认。
staff-follows = { $id } 接着 { $before }：那一单完成很久了，业主说又出问题。

## What the installer who holds the job is told.

told-accept-installer = { $id } 归您了，电话和地址在下面。业主选好时间就告诉您。
told-schedule-installer = { $id } 约好了：{ $span } 上门。
told-reschedule-installer = { $id } 的上门时间改为 { $span }。原因：{ $reason }
told-depart-installer = 已经告诉业主您出发了。到了门口，请业主念到达码。
told-arrive-installer = 到达已确认，可以开始了。
told-override-installer = 客服{ $who }已确认您到了，可以开始。原因：{ $reason }
told-no_show-installer = 已经记下 { $id } 没有见到面，等业主重新约时间。原因：{ $reason }
told-finish-installer = { $id } 完工已提交，等业主确认。
told-confirm-installer = 业主确认 { $id } 完成了，辛苦了。
told-auto_close-installer = { $id } 到期没有新情况，已按完成处理，辛苦了。
told-unreached-installer = { $id } 两天没联系上业主，已按完成处理，辛苦了。
told-not_fixed-installer = 业主说 { $id } 没修好，请打电话约好再去一趟。业主说：{ $reason }
told-cancel-installer = { $id } 取消了，不用上门。原因：{ $reason }
told-correct-installer = 客服{ $who }更正了 { $id } 的信息。{ $what }。

## What is asked before something is done. The reason is shown to the others on the request.

ask-reason-reject = 为什么不能受理？选一个或写一句，业主会看到。
ask-reason-decline = 为什么不接？换一天可以的话，直接点那一天。
ask-reason-reschedule = 为什么改时间？选一个或写一句，对方会看到。
ask-reason-override = 为什么不用到达码？选一个或写一句。
ask-reason-no_show = 怎么没见到面？选一个或写一句。
ask-reason-reassign = 为什么换师傅？选一个或写一句，业主会看到。
ask-reason-hand_over = 为什么转单？选一个或写一句，业主会看到。
ask-reason-not_fixed = 很抱歉。哪里还没好？写一句就行。
ask-reason-reopen = 又出了什么问题？写一句就行。
cancel-danger = 您说的情况已经记到 { $id }，还没有取消。还要取消吗？要取消，点一个原因；不取消，点「不填了」。
ask-reason-cancel = 为什么取消？选一个或写一句。
ask-reason-restore = 为什么恢复？写一句，业主会看到。

# Why somebody declines: not now, but that day. A button, and what staff read as the reason.
reason-other-day = { DAY($day) }可以

ask-window = 什么时候上门？点一个时段，或直接写，例如「周六上午」。

rating-score = { $score } 分
ask-score = 这次服务打几分？5 分最满意，几分都不影响以后的服务。
ask-tags = 主要是哪方面？可以选几项，也可以直接点「选好了」。
ask-review = 还想说点什么？可以跳过。

action-phone = 看电话
event-note = { $at } { $who } 记了一笔
event-phone_shown = { $at } 客服{ $who }看了业主电话
