## The manager's view of the word-of-mouth bank.

bank-here = The word-of-mouth bank this year. Tap “As a table” for a spreadsheet.
bank-title = Word-of-mouth bank
bank-period = { $year }
bank-stages-title = From a recommendation to a reward
bank-flags-title = Why referrals were held
bank-flags-empty = None was held
bank-liability-title = Renovation fund not used yet, by month of expiry
bank-liability-empty = Nothing is left unused
bank-liability-total = Total
bank-card-won = Orders won
bank-card-won-fen = Their value
bank-card-cost = Cost of an order won
bank-none = –
bank-never = Never
bank-stage-created = Friends who came
bank-stage-verified = Phone checked
bank-stage-qualified = Visit or deposit
bank-stage-signed = Signed
bank-stage-paid = Paid
bank-stage-earned = Cooled off
bank-stage-rewarded = Rewarded
bank-flag-many = Many in a day
bank-flag-late = Came just before signing
bank-flag-alike = Names or addresses alike
bank-flag-minimum = Just above the minimum
bank-flag-cancelled = Many cancelled orders
