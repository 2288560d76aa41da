## Points and the renovation fund.

ledger-points = { $amount } points
ledger-fund = { MONEY($amount) }
ledger-short = Only { $available } can be used, which is less than this needs. Please try a smaller amount.
ledger-not-found = There is no such record. Please open the passbook again, or simply write to us.
ledger-expiring = { $amount } of yours will expire soon, the first on { DAY($at) }. Use it before that and none is lost.

# The hourly proof, told to admins.
ledger-faults = Checking the ledger found { $count } things that are wrong. Please stop giving rewards and call your technician. "python -m bot audit" shows all of them.
ledger-sound-again = The ledger is sound again, every entry agrees.
ledger-fault-unbalanced = { $what }: the two sides of this entry differ
ledger-fault-twice = { $what }: this was entered twice
ledger-fault-gap = { $what }: this person's entries are not numbered without gaps
ledger-fault-below = { $what }: more of this credit was used than there was
ledger-fault-above = { $what }: more of this credit is left than was given
ledger-fault-no-lot = { $what }: this entry touches a credit that is absent or somebody else's
ledger-fault-no-credit = { $what }: a reward was given and its credit is absent
ledger-fault-debt = { $what }: this person's debt is above zero
ledger-fault-stranger = { $what }: this entry touches somebody else's account
ledger-fault-total = All balances together are not zero but { $what }
ledger-fault-empty = { $what }: the entry is empty and touches no account
ledger-fault-half-moved = When two people became one, only half of it moved: { $what } is missing

# A manager adjusts.
ledger-ask-person = Whose passbook? Please write their phone number, or a request R-….
ledger-no-person = Nobody was found. Please check the phone number or the request, and write it again.
ledger-own = Your own passbook is adjusted by another manager.
ledger-ask-unit = Points, or the renovation fund?
ledger-unit-points = Points
ledger-unit-fund = Renovation fund
ledger-ask-points = How many points more or less? For example 200, or -200 to take them.
ledger-ask-fund = How many yuan more or less? For example 50, or -50.00 to take them.
ledger-wrong-points = Please write a whole number, for example 200 or -200.
ledger-wrong-fund = Please write an amount, for example 50 or -49.90.
ledger-ask-reason = Why? The customer reads this in the passbook.
ledger-adjust-summary = { $more ->
    [true] Give { $person } { $amount } more?
   *[false] Take { $amount } from { $person }?
 }
ledger-waits = { $id } is more than one person may decide. The other managers were asked to confirm it, and you will hear at once.
ledger-second-ask = { $who } wants to adjust the passbook of { $person }: { $more ->
    [true] give
   *[false] take
 } { $amount }. Reason: { $reason }
ledger-press-confirm = Agree
ledger-press-refuse = Disagree
ledger-second-same = Another manager has to decide, neither who asked for it nor the customer.
ledger-decided = { $id } was decided already.
ledger-person-gone = This customer's data was erased or the account is not in use any more, so nothing can be entered.
ledger-nobody = There is no other manager now who could confirm it, so it was not sent. Please invite a manager or an administrator first.
ledger-over = Nobody decided on { $id } for 7 days. It is over and nothing has changed. Please propose it again if it is still needed.
ledger-done-confirmed = { $id } was agreed and entered: { $more ->
    [true] { $amount } given
   *[false] { $amount } taken
 }. Decided by { $who }
ledger-done-refused = { $id } was not agreed, nothing has changed. Decided by { $who }
ledger-adjusted = Entered: { $more ->
    [true] { $amount } given
   *[false] { $amount } taken
 }. The customer will hear of it.
ledger-told = { $more ->
    [true] { $amount } was added to your passbook.
   *[false] { $amount } was taken from your passbook.
 } If you have a question, simply write to us. Reason: { $reason }

# Why, for the ledger's own rules.
rule-expire = Expired
why-expire = The time to use { $amount } is over, so it has lapsed.
rule-repay = Paid off what was owed
why-repay = An earlier reward was taken back after you had used it, so { $amount } of this one pays that off.
rule-adjust = Adjusted by hand
why-adjust = A manager adjusted this by { $amount }; the reason is below.
