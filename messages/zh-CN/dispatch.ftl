## Whether a message arrived.

receipt-arrived = ✓ 已送达
receipt-read = ✓ 对方已看到
receipt-failed = ✗ 没有送达，请换个方式联系对方

dead-letter = 有一条消息没有送达({ $channel })：{ $why }
dead-letter-about = { $subject } 有一条消息没有送达({ $channel })：{ $why }
dead-letter-next = 请重发一次，或打电话告诉对方
dead-why-gone = 对方停用了机器人，或聊天已不存在
dead-why-unsure = 平台一直没有确认
dead-why-refused = 平台没有接收({ $code })
dead-retry = 重发
dead-call = 打电话
dead-discard = 不用发了
