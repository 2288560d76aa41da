## What staff tell of orders.

order-ask-number = 订单号是多少？
order-number-wrong = 订单号要用字母、数字和 ._/-，以字母或数字开头，最多 40 个。
order-ask-person = 是谁的订单？写电话，或者服务单号。
order-person-wrong = 没有看出电话或服务单号，例如 13800138000 或 R-1001。
order-ask-kind = 发生了什么？
order-ask-amount = 多少钱？按元写，例如 12800。签单写总价；付款、退款写 0，就是全部。
order-ask-day = 是哪一天的事？点今天、昨天，或者写日期，例如 11-20。
order-today = 今天
order-yesterday = 昨天
order-day-wrong = 没有看出日期，例如 11-20 或 2026-11-20；不能晚于今天。
order-ask-which = 撤销哪一条？
order-sum-missing = 签单要写总价，不能是 0。
order-amount-wrong = 没有看出金额，例如 12800 或 12800.50。
order-signed = 签单
order-deposit = 付定金
order-paid = 付款
order-refunded = 退款
order-cancelled = 取消
order-undone = 更正（撤销一条）
order-event = { $day } { $kind }：{ $fen ->
    [0] 没写金额
   *[other] { MONEY($fen) }
}
order-summary = 订单 { $order }
order-fact-person = 客户：{ $name } { $phone }
order-fact-amount = 金额：{ MONEY($fen) }
order-fact-all = 金额：全部
order-fact-all-of = 金额：全部（{ MONEY($fen) }）
order-fact-day = 日期：{ $day }
order-moves = 注意：这个订单原来记的是别人（{ $before }）。确认以后，就改到上面这位客户名下。
order-kept = 记好了：{ $order }，总价 { MONEY($fen) }，已收 { MONEY($paid) }。
