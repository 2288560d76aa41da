## Whether a message arrived.

receipt-arrived = ✓ 已送达
receipt-read = ✓ 对方已看到
receipt-failed = ✗ 没有送达，请换个方式联系对方
receipt-waits = ⏳ 对方太久没说话，平台暂时不让发：等对方说话就自动送达，一直等不到会提醒您打电话

dead-letter = { $count ->
    [1] 有一条消息没有送达
   *[other] 有 { $count } 条消息没有送达
}（{ $channel }）：{ $why }
dead-letter-about = { $subject } 有一条消息没有送达（{ $channel }）：{ $why }
dead-letter-next = 请重发一次，或打电话告诉对方
dead-letter-group = 这是发给客服群的。请看看机器人还在不在群里、能不能发言，再重发
dead-why-gone = 对方停用了机器人，或聊天已不存在
dead-why-unsure = 平台一直没有确认
dead-why-expired = 平台七天没有恢复，过期没有再发
dead-why-window = 对方太久没说话，平台暂时不让发
dead-why-paused = 平台让我们一直等，没能按时发出
dead-why-refused = 平台没有接收（{ $code }）
dead-retry = 重发
dead-call = 打电话
dead-discard = 不用发了

# What may still be sent to somebody: below a reply that arrived, and on the card of their request.
window-left-hours = 还能发 { $count } 条，剩 { $hours } 小时
window-left-minutes = 还能发 { $count } 条，剩 { $minutes } 分钟
window-shut = 现在不能再发了，等对方说话
window-card = 还能给业主发 { $count } 条，{ $until } 前有效
window-card-shut = 业主太久没说话，现在发不了消息，请打电话

restored = 系统已从 { $at } 的备份恢复，之后的服务单和消息不在里面。
restored-inbox = 当时有 { $count } 条消息没处理完，已单独保存，请联系技术同事查看。
restored-next = 请对照聊天记录补上缺的，一小时后各个时限重新开始计算。
restored-unsent = 备份时有 { $count } 条消息还没发出（{ $channel }），可能后来已经发过，所以没有再发。
restored-retry = 全部重发
restored-discard = 不用发了

disk-low = 磁盘快满了，只剩 { $megabytes } MB：暂时收不了照片和文件，文字和报修照常。请清理空间或换更大的磁盘。
