## In the shop: paying an order from the fund or by a coupon.

counter-code = 給店員看這個碼：{ $code }，{ $minutes } 分鐘內有效，只能用一次。您的裝修基金有 { MONEY($fen) }。
counter-empty = 您的裝修基金現在沒有可用的錢。介紹朋友成功就會有。
counter-busy = 現在取碼的人太多，請一分鐘後再試。
counter-often = 一小時最多取 { $max } 次碼，請過一會兒再取。
counter-ask-order = 用在哪個訂單？請寫訂單號。
counter-ask-amount = 用多少元？例如 200。
counter-ask-code = 客戶手機上的 6 位碼是多少？
counter-amount-wrong = 請寫金額，例如 200 或 199.50。
counter-no-order = 還沒有登記訂單 { $order }。先用 /order 登記，再來使用。
counter-order-over = 訂單 { $order } 已取消或已退款，不能再用裝修基金或券來付。
counter-order-paid = 訂單 { $order } 已經付清，不能再用裝修基金或券來付。
counter-code-wrong = 碼不對，或者已經過期、用過了。請客戶在存摺裡點「到店使用」再取一個。
counter-locked = 這一小時裡碼錯得太多了，請過一會兒再試。
counter-up-to = 這一單最多還能用 { MONEY($fen) }。
counter-most = 訂單 { $order } 最多用 { MONEY($fen) }（訂單的 { $percent }%）。
counter-left = 訂單 { $order } 只剩 { MONEY($fen) } 沒付，用不了這麼多。
counter-short = 客戶的裝修基金只有 { MONEY($fen) }。
counter-done = 訂單 { $order } 已用裝修基金 { MONEY($fen) }。
counter-spent = 訂單 { $order } 用了裝修基金 { MONEY($fen) }，還剩 { MONEY($left) }。不是您本人用的，請馬上回覆「真人客服」。
counter-returned = 訂單 { $order } 取消或退款了，裝修基金 { MONEY($fen) } 退還給您。
coupon-ask-code = 券碼是多少？
coupon-done = 訂單 { $order } 已用券：{ $what }。
coupon-used = 您的券已用在訂單 { $order }：{ $what }。
