## A rule says no: why, and what is possible instead.

button-stale = 这个按钮已经不能用了。请看最新的消息，或直接写给我们。
refused-role = 这一步要由负责这一单的人来做。有需要请直接写给我们，客服会帮您。
refused-not-apart = 这一条和您有关：和其中一方同电话或同住址，或者这一单是您登记的。请另一位主管来定。
refused-not-found = 没有找到这张服务单。请核对单号，或直接写给我们，客服帮您查。
refused-state = { $id } 现在是「{ $state }」，这一步做不了。请看最新的卡片，能做的都在上面。
refused-stale = { $id } 刚刚有人动过。请看最新的卡片，再点一次。
refused-taken = { $id } 已经有别的师傅接了。谢谢您，有新单马上告诉您。
refused-not-offered = { $id } 已经不在派了。谢谢您，有新单马上告诉您。
refused-nobody = 现在没有合适的师傅：工种、区域对不上，或者都问过了。可以打电话协调，或用 /invite 邀请新师傅。
refused-no-candidates = 暂时没有别的师傅能接，客服会来安排。
refused-busy = 那个时间师傅已经有约。可以改成：{ $spans }
refused-too-early = 还早，{ $at } 起可以点「出发」。提前太多，业主会白等。
refused-no-code = 还没有到达码。请先和业主约好上门时间，码会出现在业主的手机上。
refused-code = 到达码不对。请业主再念一遍手机上的四位数；业主找不到，请客服放行。
refused-code-pause = 到达码连着 { $count } 次不对，{ $minutes } 分钟内先不收。已经告诉客服，请等客服放行，或到时再请业主念一遍。
refused-window-not-over = 约好的时间还没过，{ $at } 起才能报「没见到面」。着急请打电话给对方。
refused-not-soon = 完工有一阵了，会由客服重新安排师傅。
refused-rating-late = 评价的时间已经过了。想说的话可以直接写给我们，客服会看。
refused-reopen-late = 完成超过 { $days } 天，不能再打开这一单。请直接写哪里有问题，我们另开一单。
return-late = { $id } 完成很久了，不能再打开。我们接着它另开一单。
refused-complaint = { $id } 是投诉，要等业主说满意；两天打电话都没接通，才能结束。
refused-complaint-hands = { $id } 是投诉，由主管处理，主管已经收到提醒。您可以先回复业主，请他稍等。
picture-failed = 图片这次没能画出来，您的内容都还在。过一分钟再点一次；还是不行，直接写给我们，客服帮您发。
picture-often = { $minutes } 分钟里已经给您画了 { $count } 次，先歇一会儿。画好的都还在上面的对话里，往上翻就能看、能转发；过几分钟再点，就又能画新的。
refused-not-yet = { $id } 还差条件，这一步现在做不了。
