## The passbook: what somebody has, every line, and why.

menu-passbook = Passbook
passbook-title = My passbook
passbook-fund = Renovation fund: { $amount }
passbook-points = Points: { $amount }
passbook-pending = Not usable yet: { $amount }
passbook-debt = To be kept from later rewards: { $amount }
passbook-ends = Expires first: { $amount }, { DAY($at) }
passbook-coupon = Coupon of { MONEY($fen) }, code { $code }, good until { DAY($at) }
passbook-empty = Nothing yet. Rewards for friends you bring will stand here.
passbook-line = { $number }. { $at } { $amount } { $what }
passbook-why = Why { $number }
passbook-older = Earlier
passbook-use = Use in the shop
passbook-statement = Statement
passbook-no-line = Your passbook has no such line.
amount-plus = +{ $amount }
amount-minus = −{ $amount }

# Why: beside the rule, when it can be used, and what led to it.
why-usable = Usable from { $at }
why-expires = Expires on { $at }
why-lasts = It does not expire
why-debt = { $amount } had been used and is kept from later rewards.
why-step = { $at } { $what }

# 申诉 about a line. $id is the ledger's own name of it.
line-asked = A manager has line { $number } now and will answer you here, usually within { $hours } hours, and tell you why. To add something, just write to us.
line-asked-before = A manager has line { $number } already, and will answer you here.
line-number = about line { $number } of your passbook
line-question = A homeowner asks about this line of their passbook. Please answer them, and say why.
line-overdue = The question about this line is overdue, and nobody has answered.
line-whose = Passbook of { $name }, entry { $id }
line-answered = { $name } has answered the homeowner about line { $number }.

# Each rule in a word, and in a sentence. $campaign is empty for none.
rule-referral = Bringing a friend
why-referral = The friend you brought has paid an order of { MONEY($least) } or more, and the cooling-off of { $days } days is over. { $percent ->
    [100] That earns { $amount }.
   *[other] During “{ $campaign }” that earns { $percent }%: { $amount }.
 }
rule-friend = Coming through a friend
why-friend = You came through a friend and have paid an order of { MONEY($least) } or more: { $amount } is yours.
rule-void = Referral void, taken back
why-void = The referral of this reward is void, so it is taken back.
rule-idea = An idea adopted
why-idea = Your idea { $subject } was adopted: { $amount }.
rule-award = Award of the year
why-award = You were number { $rank } on the board of { $year }: { $amount }.
rule-order = Used on an order
why-order = Order { $subject } took { $amount }. What came first is used first.
rule-order-ended = Given back with an order
why-order-ended = Order { $subject } was cancelled or refunded, so { $amount } is yours again.
rule-erased = Erased
why-erased = With the data that was erased, the remaining { $amount } ended.
rule-moved = Accounts joined
why-moved = Your two accounts were joined, and { $amount } came along.
rule-moved-here = Accounts joined: { $rule }
why-moved-here = Your two accounts were joined; this came from the older one with its dates.

# What happened to a referral, as the steps of an explanation.
referral-did-create = Your friend came with your code
referral-did-attribute = Counted as yours
referral-did-block = Not within the rules
referral-did-verify = The phone was checked: a new customer
referral-did-qualify = A visit took place or a deposit was paid
referral-did-sign = The order was signed
referral-did-earn = Paid in full, and the cooling-off was over
referral-did-claim = You claimed the reward
referral-did-return = Cash was not approved; something else may be claimed
referral-did-retier = part of the order was given back; to claim anew
referral-did-unsign = the order came to nothing
referral-did-unearn = the order has changed; payment and cooling-off are waited for
referral-did-unvoid = the order counts after all
referral-did-flag = Held for a review
referral-did-clear = The review went well
referral-did-deny = The review refused it
referral-did-expire = It expired
referral-did-void = Void
referral-did-appeal = You appealed
referral-did-grant = The appeal was granted
referral-did-uphold = The appeal was refused

# The passbook on paper.
statement-title = Passbook statement
statement-nameless = Homeowner
statement-fund = Renovation fund
statement-points = Points
statement-period = { $from } to { $to }
statement-date = Date
statement-what = What for
statement-amount = Amount
statement-balance = Balance
statement-usable = Usable
statement-expires = Expires
statement-note = Tap “Passbook” in the chat to see why each line is there; you may appeal.
statement-empty = Nothing yet
statement-made = Made on { $at }
statement-page = Page { $page } of { $pages }
statement-here = This is your statement, the latest { $count } lines.
statement-as-table = As a table
