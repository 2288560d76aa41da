## Whether a message arrived.

receipt-arrived = ✓ 已送達
receipt-read = ✓ 對方已看到
receipt-failed = ✗ 沒有送達，請換個方式聯絡對方

dead-letter = 有一則訊息沒有送達({ $channel })：{ $why }
dead-letter-about = { $subject } 有一則訊息沒有送達({ $channel })：{ $why }
dead-letter-next = 請重發一次，或打電話告訴對方
dead-why-gone = 對方停用了機器人，或聊天已不存在
dead-why-unsure = 平台一直沒有確認
dead-why-refused = 平台沒有接收({ $code })
dead-retry = 重發
dead-call = 打電話
dead-discard = 不用發了
