## In the shop: paying an order from the fund or by a coupon.

counter-code = 给店员看这个码：{ $code }，{ $minutes } 分钟内有效，只能用一次。您的装修基金有 { MONEY($fen) }。
counter-empty = 您的装修基金现在没有可用的钱。介绍朋友成功就会有。
counter-busy = 现在取码的人太多，请一分钟后再试。
counter-often = 一小时最多取 { $max } 次码，请过一会儿再取。
counter-ask-order = 用在哪个订单？请写订单号。
counter-ask-amount = 用多少元？例如 200。
counter-ask-code = 客户手机上的 6 位码是多少？
counter-amount-wrong = 请写金额，例如 200 或 199.50。
counter-no-order = 还没有登记订单 { $order }。先用 /order 登记，再来使用。
counter-order-over = 订单 { $order } 已取消或已退款，不能再用装修基金或券来付。
counter-order-paid = 订单 { $order } 已经付清，不能再用装修基金或券来付。
counter-code-wrong = 码不对，或者已经过期、用过了。请客户在存折里点「到店使用」再取一个。
counter-locked = 这一小时里码错得太多了，请过一会儿再试。
counter-up-to = 这一单最多还能用 { MONEY($fen) }。
counter-most = 订单 { $order } 最多用 { MONEY($fen) }（订单的 { $percent }%）。
counter-left = 订单 { $order } 只剩 { MONEY($fen) } 没付，用不了这么多。
counter-short = 客户的装修基金只有 { MONEY($fen) }。
counter-done = 订单 { $order } 已用装修基金 { MONEY($fen) }。
counter-spent = 订单 { $order } 用了装修基金 { MONEY($fen) }，还剩 { MONEY($left) }。不是您本人用的，请马上回复「人工」。
counter-returned = 订单 { $order } 取消或退款了，装修基金 { MONEY($fen) } 退还给您。
coupon-ask-code = 券码是多少？
coupon-done = 订单 { $order } 已用券：{ $what }。
coupon-used = 您的券已用在订单 { $order }：{ $what }。
