## The manager's view of the word-of-mouth bank.

bank-here = 今年的口碑銀行。要發給同事算帳，點「要表格」。
bank-title = 口碑銀行
bank-period = { $year } 年
bank-stages-title = 從介紹到獎勵
bank-flags-title = 需要複核的原因
bank-flags-empty = 沒有需要複核的
bank-liability-title = 還沒用掉的裝修基金，按到期月份
bank-liability-empty = 沒有還沒用掉的
bank-liability-total = 合計
bank-card-won = 成交訂單
bank-card-won-fen = 成交金額
bank-card-cost = 每單獎勵成本
bank-none = –
bank-never = 不到期
bank-stage-created = 朋友來過
bank-stage-verified = 核對電話
bank-stage-qualified = 上門或訂金
bank-stage-signed = 簽單
bank-stage-paid = 付清
bank-stage-earned = 過冷靜期
bank-stage-rewarded = 已領獎勵
bank-flag-many = 一天介紹多位
bank-flag-late = 快簽單才掃碼
bank-flag-alike = 姓名或地址相似
bank-flag-minimum = 剛夠最低金額
bank-flag-cancelled = 取消的訂單多
