## Claiming what a referral has earned, and what is given.

reward-fund = 装修基金 { MONEY($value) }
reward-coupon = 优惠券 { MONEY($value) }
reward-points = { $value } 积分
reward-cash = 现金 { MONEY($value) }
reward-gift = 礼品「{ $gift }」
reward-kind-fund = 装修基金
reward-kind-coupon = 优惠券
reward-kind-points = 积分
reward-kind-cash = 现金
reward-kind-gift = 礼品

reward-claim = 领取奖励
reward-ask = { $id } 的奖励，您想要哪一种？
reward-once = 只能选一种，选好就不能换了。装修基金可以分几次用，软装、翻新都行。选现金的话，主管批准后才付。
reward-later = 以后再选
reward-sure-ask = 选{ $what }，确定？选好就不能换了。
reward-sure = 确定
reward-other = 换一种
reward-claimed = { $id } 的奖励已经领过了：{ $kind }。
reward-not-yet = { $id } 现在还不能领奖励（{ $state }）。订单付清、过了冷静期就可以领。
reward-stale = 刚刚有人也在处理这笔奖励，请再看一次。
reward-decided = { $id } 已经处理过了。
reward-own = 自己的奖励要请别人来处理。
reward-no-way = { $id } 现在没有可以选的奖励。请回复「人工」，我们帮您看。
reward-taken-fund = 领好了：{ $what }，已记入存折。下次下单时告诉店员就能用。
reward-taken-points = 领好了：{ $what }，已记入存折。
reward-taken-coupon = 领好了：{ $what }，券码 { $code }，{ DAY($until) }前有效。下单时给店员看。
reward-taken-gift = 登记好了：{ $what }。准备好会联系您领取。
reward-taken-cash = 登记好了：{ $what }。批准或不批准，都会在这里告诉您。
friend-rewarded = 您的订单已过冷静期，送您装修基金 { MONEY($fen) }，已记入存折。
friend-lowered = 您的订单退了一部分，送您的装修基金改为 { MONEY($fen) }；用过的部分，从以后的奖励里扣。
friend-taken-back = 朋友推荐的那一单不再算了，送您的装修基金已收回；用过的部分，从以后的奖励里扣。有疑问请回复「人工」。

# What waits for staff.
rewards-none = 没有等着处理的奖励。
reward-waits-cash = { $id } 推荐奖励：{ $what }，等主管批准
reward-waits-gift = { $id } 推荐奖励：{ $what }，等交付
reward-fact-for = 给：{ $name } { $phone }
reward-fact-order = { $id }，订单 { $order }
reward-approve = 批准并已付款
reward-approve-ask = 请核对人和订单。付了款再点「确定，已付款」，点了就不能改。
reward-approve-sure = 确定，已付款
reward-refuse = 不批准
reward-hand-over = 已交付
reward-ask-reason = 为什么不批准？写一句，对方会看到。
# $name is a person’s own.
reward-done-approve = { $id } 已批准付款：{ $what }，{ $name } 经手
reward-done-hand_over = { $id } 已交付：{ $what }，{ $name } 经手
reward-done-refuse = { $id } 没有批准，已请对方换一种。
reward-done-void = { $id } 不用处理了：{ $what }，这条推荐作废了。
reward-told-approve = 您的奖励已批准：{ $what }，已付给您。没收到请回复「人工」。
reward-told-hand_over = 您的奖励已交付：{ $what }。没收到请回复「人工」。
# $reason is a person’s own words.
reward-told-refuse = { $what } 没有批准，您可以换一种奖励。原因：{ $reason }
reward-taken-back = 这笔奖励（{ $what }）已收回；用过的部分，从以后的奖励里扣。
reward-lowered = 原来的奖励（{ $what }）已收回；用过的部分，从以后的奖励里扣。

coupon-unknown = 没有这张券，请核对券码。
coupon-over = 券 { $code } 已在 { DAY($at) }到期。
coupon-returned = 订单取消了，券 { $code } 退还给您，{ DAY($until) }前可以再用。
