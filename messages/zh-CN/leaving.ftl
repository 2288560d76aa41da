## Somebody does not work here any more.

telegram-command-dismiss = 给离职的同事办离职

leaving-choose = 谁离职？点名字，会先给您看一遍再问一次。也可以发 /dismiss 加工号、电话或名字。
leaving-several = 「{ $said }」对得上几位，是哪一位？
leaving-more = 还有 { $count } 位没有列出来，请发 /dismiss 加工号、电话或名字。
leaving-nobody = 除了您自己，这里还没有您能办离职的人。
leaving-unknown = 没有人用「{ $said }」这个工号、电话或名字。只发 /dismiss，可以从名单里选。
leaving-not-here = 「{ $said }」不在这里工作，不用办离职。
leaving-own = 自己不能给自己办离职，请另一位管理员来办。
leaving-admins-only = 主管和管理员离职，要由管理员来办。
leaving-over = { $who }已经不在这里工作了。以后要回来，用 /invite 再邀请一次。

# «王师傅 W08（师傅）»
leaving-who = { $name }（{ $role }）
leaving-phone = 电话：{ $phone }
leaving-held = 手上还有 { $count } 张没做完的服务单：
leaving-held-none = 手上没有没做完的服务单。
leaving-rest = 另外还有 { $count } 张。
leaving-ask = 确定离职吗？以后就不能再接单，也看不到业主的资料；工号收回，姓名、电话和做过的记录留着。
leaving-yes = 确定离职
leaving-no = 不了
leaving-kept = 好的，{ $who }照常工作，什么都没有改。

leaving-done = { $who }已经离职。
leaving-left = 手上留下 { $count } 张没做完的服务单，请点开，改派或接着跟进：
leaving-offers = 派过去还没接的 { $count } 张，马上去问别的师傅。
leaving-codes = 发出去还没用的 { $count } 个邀请或口令作废了，需要的话请重新邀请。
leaving-group = 如果人还在客服群里，请移出群，不然群里的话还看得到。
leaving-same-phone = 同一个电话还有别的工作账号，要一起办的话请点名字：

# To who left.
leaving-told = 您在{ $company }的工作账号已经停用，不会再收到服务单的消息。感谢您这段时间的付出。家里有要修、要装的，随时可以写给我们。
# On the card of a request, for staff.
left-name = { $name }（已离职）
