## Whether a message arrived.

receipt-arrived = ✓ 已送達
receipt-read = ✓ 對方已看到
receipt-failed = ✗ 沒有送達，請換個方式聯絡對方
receipt-waits = ⏳ 對方太久沒說話，平台暫時不讓發：等對方說話就自動送達，一直等不到會提醒您打電話

dead-letter = { $count ->
    [1] 有一則訊息沒有送達
   *[other] 有 { $count } 則訊息沒有送達
}（{ $channel }）：{ $why }
dead-letter-about = { $subject } 有一則訊息沒有送達（{ $channel }）：{ $why }
dead-letter-next = 請重發一次，或打電話告訴對方
dead-letter-group = 這是傳給客服群的。請看看機器人還在不在群裡、能不能發言，再重發
dead-why-gone = 對方停用了機器人，或聊天已不存在
dead-why-unsure = 平台一直沒有確認
dead-why-expired = 平台七天沒有恢復，過期沒有再發
dead-why-window = 對方太久沒說話，平台暫時不讓發
dead-why-paused = 平台讓我們一直等，沒能按時發出
dead-why-refused = 平台沒有接收（{ $code }）
dead-retry = 重發
dead-call = 打電話
dead-discard = 不用發了

# What may still be sent to somebody: below a reply that arrived, and on the card of their request.
window-left-hours = 還能發 { $count } 則，剩 { $hours } 小時
window-left-minutes = 還能發 { $count } 則，剩 { $minutes } 分鐘
window-shut = 現在不能再發了，等對方說話
window-card = 還能給業主發 { $count } 則，{ $until } 前有效
window-card-shut = 業主太久沒說話，現在發不了訊息，請打電話

restored = 系統已從 { $at } 的備份恢復，之後的服務單和訊息不在裡面。
restored-inbox = 當時有 { $count } 則訊息沒處理完，已單獨保存，請聯絡技術同事查看。
restored-next = 請對照聊天紀錄補上缺的，一小時後各個時限重新開始計算。
restored-unsent = 備份時有 { $count } 則訊息還沒發出（{ $channel }），可能後來已經發過，所以沒有再發。
restored-retry = 全部重發
restored-discard = 不用發了

disk-low = 磁碟快滿了，只剩 { $megabytes } MB：暫時收不了照片和檔案，文字和報修照常。請清理空間或換更大的磁碟。
