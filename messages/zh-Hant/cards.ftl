## What stands on the cards. A fact is «label：value», so that a page can set it in two columns.

card-title = { $id } { $what }
card-title-emergency = 緊急 · { $id } { $what }
card-emergency = { $danger }，可能傷人或損壞房屋，請優先處理

fact-what = 事項：{ $what }
fact-photos = { $count ->
    [0] 照片：沒有
   *[other] 照片：{ $count } 個
}
fact-home = 地址：{ $home }
fact-area = 地址：{ $area }
fact-district = 區域：{ $district }
fact-phone = 電話：{ $phone }
fact-phone-vouched = 電話：{ $phone }（已驗證）
fact-wish = 希望時間：{ $wish }
fact-window = 上門時間：{ $span }
fact-fee = 上門費：{ $fen ->
    [0] 不收
   *[other] { MONEY($fen) }
}
fact-installer = 師傅：{ $name }
fact-responsible = 負責人：{ $name }
fact-claimed = 客服：{ $name }
fact-homeowner = 聯絡人：{ $name } { $phone }
fact-code = 到達碼：{ $code }
fact-reason = 原因：{ $reason }
fact-scanned = 掃碼：{ $code }
fact-checked = 已檢查：{ $checks }
fact-unchecked = 沒做到：{ $checks }
fact-report = 完工說明：{ $report }
fact-score = 評分：{ $score } 分
fact-tags = 評價方面：{ $tags }
fact-review = 評價：{ $review }
fact-escalation = 升級：{ $count } 級
fact-repeats = 沒修好：{ $count } 次
fact-urges = 催單：{ $count } 次
