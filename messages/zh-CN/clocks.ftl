## A promise's clock rings.

clock-first-remind = { $id } 还没有人回复业主，只剩 { $minutes } 分钟。请现在认领并联系。
clock-first-breach = 说好 { $minutes } 分钟内回复，{ $id } 还没有人联系业主。主管已收到通知，请现在就打电话。
clock-first-sorry = 说好的时间过了，还没有人回复您，很抱歉。主管已经知道，会马上安排人联系您；您也可以打 { $phone }。
clock-closing-soon = { $id } 好用吗？再过 { $hours } 小时没有新情况，就按已完成处理。没修好请点「没修好」。
page-emergency = 紧急：{ $id } 可能有人受伤或房屋受损，请现在就联系业主。
clock-late = 约好的 { $span } 已过，{ $id } 还没有报到。没来的话，点「没见到面」说一声，客服马上处理。
