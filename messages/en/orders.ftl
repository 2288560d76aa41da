## What staff tell of orders.

order-ask-number = What is the order’s number?
order-number-wrong = An order's number has letters, digits and ._/-, begins with a letter or a digit, and has 40 characters at most.
order-ask-person = Whose order is it? Write a phone number, or the number of a request.
order-person-wrong = That is neither a phone number nor a request number. Write it like 13800138000 or R-1001.
order-ask-kind = What has happened?
order-ask-amount = How much, in yuan? For example 12800. For a new order write its total; for a payment or a refund, 0 means all of it.
order-ask-day = On which day was that? Tap “Today” or “Yesterday”, or write a date such as 11-20.
order-today = Today
order-yesterday = Yesterday
order-day-wrong = That is not a date, such as 11-20 or 2026-11-20, or it is after today.
order-ask-which = Which one was told in error?
order-sum-missing = A new order needs its total, and that cannot be 0.
order-amount-wrong = That is not an amount. Write it like 12800 or 12800.50.
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
order-moves = Careful: this order was noted for somebody else ({ $before }). If you confirm, it becomes the order of the customer above.
order-kept = Noted: { $order }, { MONEY($fen) } in all, { MONEY($paid) } paid.
