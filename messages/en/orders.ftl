## What staff tell of orders.

order-ask-number = What is the order’s number?
order-number-wrong = An order’s number has letters and digits, 40 at most.
order-ask-person = Whose order is it? Write a phone number, or the number of a request.
order-person-wrong = This is neither a phone number nor that of a request, like 13800138000 or R-1001.
order-ask-kind = What has happened?
order-ask-amount = How much, in yuan: 12800? For a new order its sum; 0 for a payment or refund of all of it.
order-ask-day = On which day was that? Press today or yesterday, or write a date like 11-20.
order-today = Today
order-yesterday = Yesterday
order-day-wrong = This is no date, like 11-20 or 2026-11-20, or it is after today.
order-ask-which = Which one was told in error?
order-sum-missing = A new order needs its sum; 0 is none.
order-amount-wrong = This is no amount, like 12800 or 12800.50.
order-signed = Ordered
order-deposit = Deposit paid
order-paid = Paid
order-refunded = Refunded
order-cancelled = Cancelled
order-undone = Correct: take one back
order-event = { $day } { $kind }: { $fen ->
    [0] no amount
   *[other] { MONEY($fen) }
}
order-summary = Order { $order }
order-fact-person = Customer: { $name } { $phone }
order-fact-amount = Amount: { MONEY($fen) }
order-fact-all = Amount: all of it
order-fact-all-of = Amount: all of it ({ MONEY($fen) })
order-fact-day = Day: { $day }
order-moves = Careful: so far this order has { $before }. If you confirm, it becomes the order of the customer above.
order-kept = Noted: { $order }, { MONEY($fen) } in all, { MONEY($paid) } paid.
