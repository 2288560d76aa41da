## The manager's view of the word-of-mouth bank.

bank-here = 今年的口碑银行。要发给同事算账，点「要表格」。
bank-title = 口碑银行
bank-period = { $year } 年
bank-stages-title = 从介绍到奖励
bank-flags-title = 需要复核的原因
bank-flags-empty = 没有需要复核的
bank-liability-title = 还没用掉的装修基金，按到期月份
bank-liability-empty = 没有还没用掉的
bank-liability-total = 合计
bank-card-won = 成交订单
bank-card-won-fen = 成交金额
bank-card-cost = 每单奖励成本
bank-none = –
bank-never = 不到期
bank-stage-created = 朋友来过
bank-stage-verified = 核对电话
bank-stage-qualified = 上门或订金
bank-stage-signed = 签单
bank-stage-paid = 付清
bank-stage-earned = 过冷静期
bank-stage-rewarded = 已领奖励
bank-flag-many = 一天介绍多位
bank-flag-late = 快签单才扫码
bank-flag-alike = 姓名或地址相似
bank-flag-minimum = 刚够最低金额
bank-flag-cancelled = 取消的订单多
