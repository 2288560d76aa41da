## A promise's clock rings.

clock-first-remind = { $id } 还没有人回复业主，只剩 { $minutes } 分钟。请现在就联系业主。
clock-first-breach = 说好 { $minutes } 分钟内回复，{ $id } 还没有人联系业主。请现在就打电话。
clock-first-sorry = 说好的时间过了，还没有人回复您，很抱歉。主管已经知道，会马上安排人联系您；您也可以打 { $phone }。
clock-first-sorry-alone = 说好的时间过了，还没有人回复您，很抱歉。请直接打 { $phone }。
clock-managers-told = 主管已收到通知。
# Somebody waits for a human. $id may be empty.
clock-person-remind = { $name } 还在等人回复，请现在就回复这一条。 { $id }
clock-person-left = 离答应的时间只剩 { $minutes } 分钟。
clock-person-breach = 说好最晚 { $by } 回复，{ $name } 还没有等到人。请现在就回复这一条。 { $id }
clock-closing-soon = { $id } 好用吗？再过 { $hours } 小时没有新情况，就按已完成处理。没修好请点「没修好」。
clock-complaint-waits = { $id } 是投诉，业主还没说满意，不会自动结束。请打电话问业主，没接通就点「更多」里的「电话没接通」。两天各打一次都没接通，才按完成处理。
clock-complaint-soon = { $id } 处理得您满意吗？满意请点「确认完成」，没解决请点「没修好」。您没说之前不会自动结束，我们会打电话问您。
page-emergency = 紧急：{ $id } 可能有人受伤或房屋受损，请现在就联系业主。
page-complaint = 投诉：{ $id } 由主管处理，请认领并联系业主。
clock-late = 约好的 { $span } 已过，{ $id } 还没有报到。没来的话，点「没见到面」说一声，客服马上处理。
