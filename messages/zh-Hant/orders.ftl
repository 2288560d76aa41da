## What staff tell of orders.

order-ask-number = 訂單號是多少？
order-number-wrong = 訂單號要用字母、數字和 ._/-，以字母或數字開頭，最多 40 個。
order-ask-person = 是誰的訂單？寫電話，或者服務單號。
order-person-wrong = 沒有看出電話或服務單號，例如 13800138000 或 R-1001。
order-ask-kind = 發生了什麼？
order-ask-amount = 多少錢？按元寫，例如 12800。簽單寫總價；付款、退款寫 0，就是全部。
order-ask-day = 是哪一天的事？點今天、昨天，或者寫日期，例如 11-20。
order-today = 今天
order-yesterday = 昨天
order-day-wrong = 沒有看出日期，例如 11-20 或 2026-11-20；不能晚於今天。
order-ask-which = 撤銷哪一條？
order-sum-missing = 簽單要寫總價，不能是 0。
order-amount-wrong = 沒有看出金額，例如 12800 或 12800.50。
order-signed = 簽單
order-deposit = 付訂金
order-paid = 付款
order-refunded = 退款
order-cancelled = 取消
order-undone = 更正（撤銷一條）
order-event = { $day } { $kind }：{ $fen ->
    [0] 沒寫金額
   *[other] { MONEY($fen) }
}
order-summary = 訂單 { $order }
order-fact-person = 客戶：{ $name } { $phone }
order-fact-amount = 金額：{ MONEY($fen) }
order-fact-all = 金額：全部
order-fact-all-of = 金額：全部（{ MONEY($fen) }）
order-fact-day = 日期：{ $day }
order-moves = 注意：這個訂單原來記的是別人（{ $before }）。確認以後，就改到上面這位客戶名下。
order-kept = 記好了：{ $order }，總價 { MONEY($fen) }，已收 { MONEY($paid) }。
