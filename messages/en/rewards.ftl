## Claiming what a referral has earned, and what is given.

reward-fund = { MONEY($value) } of renovation fund
reward-coupon = { MONEY($value) } coupon
reward-points = { $value } points
reward-cash = { MONEY($value) } in cash
reward-gift = { $gift }
reward-kind-fund = renovation fund
reward-kind-coupon = coupon
reward-kind-points = points
reward-kind-cash = cash
reward-kind-gift = gift

reward-claim = Claim the reward
reward-ask = Which reward would you like for { $id }?
reward-once = You may choose one, and it stays. The renovation fund can be used in parts, for furnishing or renewal. Cash is paid once a manager approves.
reward-later = Choose later
reward-sure-ask = Choose this: { $what }? It cannot be changed later.
reward-sure = Yes
reward-other = Choose another
reward-claimed = The reward for { $id } was claimed already: { $kind }.
reward-not-yet = The reward for { $id } cannot be claimed now ({ $state }). It can once the order is paid and the cooling-off is over.
reward-stale = Somebody has just changed this reward; please look again.
reward-decided = { $id } was dealt with already.
reward-own = Somebody else has to decide about your own reward.
reward-no-way = There is nothing to choose for { $id } at present. Reply “human” and we will look into it.
reward-taken-fund = Done: { $what } is in your passbook. Tell the shop when you order next.
reward-taken-points = Done: { $what } are in your passbook.
reward-taken-coupon = Done: { $what }, code { $code }, good until { DAY($until) }. Show it when you order.
reward-taken-gift = Noted: { $what }. We will contact you when it is ready.
reward-taken-cash = Noted: { $what }. You will read here whether it is approved.
friend-rewarded = The cooling-off of your order is over: { MONEY($fen) } of renovation fund is in your passbook.
friend-lowered = Part of your order was given back, so the renovation fund that came with it is { MONEY($fen) } now; what was used beyond that is kept from later rewards.
friend-taken-back = The order you were recommended for does not count any more, so the renovation fund that came with it is taken back; what was used is kept from later rewards. Any question: reply “human”.

# What waits for staff.
rewards-none = No reward waits.
reward-waits-cash = { $id }, a referral reward: { $what }. It waits for a manager
reward-waits-gift = { $id }, a referral reward: { $what }. It waits to be handed over
reward-fact-for = For: { $name } { $phone }
reward-fact-order = { $id }, order { $order }
reward-approve = Approve, paid
reward-approve-ask = Please check the person and the order. Tap “Yes, it is paid” once you have paid; it cannot be undone.
reward-approve-sure = Yes, it is paid
reward-refuse = Refuse
reward-hand-over = Handed over
reward-ask-reason = Why not? One sentence; the homeowner will read it.
# $name is a person’s own.
reward-done-approve = { $id } is approved and paid: { $what }, by { $name }
reward-done-hand_over = { $id } is handed over: { $what }, by { $name }
reward-done-refuse = { $id } is refused; the homeowner may choose something else.
reward-done-void = { $id } needs nothing any more: { $what }, its referral is void.
reward-told-approve = Your reward is approved and paid: { $what }. If you did not get it, reply “human”.
reward-told-hand_over = Your reward was handed over: { $what }. If you did not get it, reply “human”.
# $reason is a person’s own words.
reward-told-refuse = { $what } was not approved. You may choose something else. Reason: { $reason }
reward-taken-back = This reward ({ $what }) is taken back; what was used is kept from later rewards.
reward-lowered = The former reward ({ $what }) is taken back; what was used is kept from later rewards.

coupon-unknown = There is no such coupon; please check the code.
coupon-over = Coupon { $code } expired on { DAY($at) }.
coupon-returned = The order was cancelled, so coupon { $code } is yours again, until { DAY($until) }.
