## Claiming what a referral has earned, and what is given.

reward-fund = 裝修基金 { MONEY($value) }
reward-coupon = 優惠券 { MONEY($value) }
reward-points = { $value } 積分
reward-cash = 現金 { MONEY($value) }
reward-gift = 禮品「{ $gift }」
reward-kind-fund = 裝修基金
reward-kind-coupon = 優惠券
reward-kind-points = 積分
reward-kind-cash = 現金
reward-kind-gift = 禮品

reward-claim = 領取獎勵
reward-ask = { $id } 的獎勵，您想要哪一種？
reward-once = 只能選一種，選好就不能換了。裝修基金可以分幾次用，軟裝、翻新都行。選現金的話，主管批准後才付。
reward-later = 以後再選
reward-sure-ask = 選{ $what }，確定？選好就不能換了。
reward-sure = 確定
reward-other = 換一種
reward-claimed = { $id } 的獎勵已經領過了：{ $kind }。
reward-not-yet = { $id } 現在還不能領獎勵（{ $state }）。訂單付清、過了冷靜期就可以領。
reward-stale = 剛剛有人也在處理這筆獎勵，請再看一次。
reward-decided = { $id } 已經處理過了。
reward-own = 自己的獎勵要請別人來處理。
reward-no-way = { $id } 現在沒有可以選的獎勵。請回覆「真人客服」，我們幫您看。
reward-taken-fund = 領好了：{ $what }，已記入存摺。下次下單時告訴店員就能用。
reward-taken-points = 領好了：{ $what }，已記入存摺。
reward-taken-coupon = 領好了：{ $what }，券碼 { $code }，{ DAY($until) }前有效。下單時給店員看。
reward-taken-gift = 登記好了：{ $what }。準備好會聯絡您領取。
reward-taken-cash = 登記好了：{ $what }。批准或不批准，都會在這裡告訴您。
friend-rewarded = 您的訂單已過冷靜期，送您裝修基金 { MONEY($fen) }，已記入存摺。
friend-lowered = 您的訂單退了一部分，送您的裝修基金改為 { MONEY($fen) }；用過的部分，從以後的獎勵裡扣。
friend-taken-back = 朋友推薦的那一單不再算了，送您的裝修基金已收回；用過的部分，從以後的獎勵裡扣。有疑問請回覆「真人客服」。

# What waits for staff.
rewards-none = 沒有等著處理的獎勵。
reward-waits-cash = { $id } 推薦獎勵：{ $what }，等主管批准
reward-waits-gift = { $id } 推薦獎勵：{ $what }，等交付
reward-fact-for = 給：{ $name } { $phone }
reward-fact-order = { $id }，訂單 { $order }
reward-approve = 批准並已付款
reward-approve-ask = 請核對人和訂單。付了款再點「確定，已付款」，點了就不能改。
reward-approve-sure = 確定，已付款
reward-refuse = 不批准
reward-hand-over = 已交付
reward-ask-reason = 為什麼不批准？寫一句，對方會看到。
# $name is a person’s own.
reward-done-approve = { $id } 已批准付款：{ $what }，{ $name } 經手
reward-done-hand_over = { $id } 已交付：{ $what }，{ $name } 經手
reward-done-refuse = { $id } 沒有批准，已請對方換一種。
reward-done-void = { $id } 不用處理了：{ $what }，這條推薦作廢了。
reward-told-approve = 您的獎勵已批准：{ $what }，已付給您。沒收到請回覆「真人客服」。
reward-told-hand_over = 您的獎勵已交付：{ $what }。沒收到請回覆「真人客服」。
# $reason is a person’s own words.
reward-told-refuse = { $what } 沒有批准，您可以換一種獎勵。原因：{ $reason }
reward-taken-back = 這筆獎勵（{ $what }）已收回；用過的部分，從以後的獎勵裡扣。
reward-lowered = 原來的獎勵（{ $what }）已收回；用過的部分，從以後的獎勵裡扣。

coupon-unknown = 沒有這張券，請核對券碼。
coupon-over = 券 { $code } 已在 { DAY($at) }到期。
coupon-returned = 訂單取消了，券 { $code } 退還給您，{ DAY($until) }前可以再用。
