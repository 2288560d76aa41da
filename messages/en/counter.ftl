## In the shop: paying an order from the fund or by a coupon.

counter-code = Show this code in the shop: { $code }. It is good for { $minutes } minutes, once. Your renovation fund holds { MONEY($fen) }.
counter-empty = Your renovation fund holds nothing now. Bring a friend to fill it.
counter-busy = Too many codes are out at this moment; please try again in a minute.
counter-often = At most { $max } codes an hour; please try again later.
counter-ask-order = For which order? Please write its number.
counter-ask-amount = How much, in yuan? For example 200.
counter-ask-code = What are the six digits on the customer’s phone?
counter-amount-wrong = Please write an amount, for example 200 or 199.50.
counter-no-order = Order { $order } is not known yet. Enter it by /order first.
counter-order-over = Order { $order } was cancelled or refunded, so neither the fund nor a coupon can pay for it.
counter-order-paid = Order { $order } is paid in full already, so neither the fund nor a coupon can pay for it.
counter-code-wrong = This code is wrong, used or expired. Ask the customer to tap “Use in the shop” in the passbook again.
counter-locked = Too many codes were wrong within this hour. Please try again later.
counter-up-to = At most { MONEY($fen) } more can be used for this order.
counter-most = At most { MONEY($fen) } of order { $order } can be paid this way ({ $percent }%).
counter-left = Only { MONEY($fen) } of order { $order } is left to pay; this is more.
counter-short = The customer’s fund holds only { MONEY($fen) }.
counter-done = { MONEY($fen) } of order { $order } is paid from the fund.
counter-spent = Order { $order } took { MONEY($fen) } of your renovation fund; { MONEY($left) } is left. If that was not you, reply “human” at once.
counter-returned = Order { $order } was cancelled or refunded: { MONEY($fen) } is back in your renovation fund.
coupon-ask-code = What is the code of the coupon?
coupon-done = The coupon was used on order { $order }: { $what }.
coupon-used = Your coupon was used on order { $order }: { $what }.
