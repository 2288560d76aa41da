## The passbook: what somebody has, every line, and why.

menu-passbook = 存折
passbook-title = 我的存折
passbook-fund = 装修基金可用：{ $amount }
passbook-points = 积分可用：{ $amount }
passbook-pending = 还没到可用日期：{ $amount }
passbook-debt = 要从以后的奖励里扣：{ $amount }
passbook-ends = 最早到期：{ $amount }，{ DAY($at) }
passbook-coupon = 优惠券 { MONEY($fen) }，券码 { $code }，{ DAY($at) }前有效
passbook-empty = 还没有记录。介绍朋友成功，奖励会记在这里。
passbook-line = { $number }. { $at } { $amount } { $what }
passbook-why = { $number } 为什么
passbook-older = 更早
passbook-use = 到店使用
passbook-statement = 对账单
passbook-no-line = 存折里没有这一笔。
amount-plus = +{ $amount }
amount-minus = −{ $amount }

# Why: beside the rule, when it can be used, and what led to it.
why-usable = 从 { $at } 起可用
why-expires = { $at } 到期
why-lasts = 不会到期
why-debt = 已经用掉的 { $amount }，从以后的奖励里扣。
why-step = { $at } { $what }

# 申诉 about a line. $id is the ledger's own name of it.
line-asked = 第 { $number } 笔已经交给主管，一般 { $hours } 小时内在这里答复您，并说明理由。想补充，直接写给我们就行。
line-asked-before = 第 { $number } 笔已经在问主管了，有结果就在这里告诉您。
line-number = 存折第 { $number } 笔
line-question = 业主对存折里的这一笔有疑问，请写明结果和理由，发给业主。
line-overdue = 业主问的这一笔超时了，还没有人答复。
line-whose = { $name } 的存折，编号 { $id }
line-answered = 第 { $number } 笔的疑问，{ $name }已经答复业主了。

# Each rule in a word, and in a sentence. $campaign is empty for none.
rule-referral = 介绍朋友
why-referral = 您介绍的朋友订单付清，满 { MONEY($least) }，过了 { $days } 天冷静期。{ $percent ->
    [100] 奖励 { $amount }。
   *[other] 正逢「{ $campaign }」，按 { $percent }% 奖励 { $amount }。
 }
rule-friend = 朋友介绍您来
why-friend = 朋友介绍您来，您的订单付清，满 { MONEY($least) }，送您 { $amount }。
rule-void = 推荐作废，收回
why-void = 这笔奖励的推荐作废了，所以收回。
rule-idea = 点子被采纳
why-idea = 您的点子 { $subject } 被采纳，奖励 { $amount }。
rule-award = 年度口碑奖
why-award = 您是 { $year } 年口碑榜第 { $rank } 名，奖励 { $amount }。
rule-order = 订单使用
why-order = 订单 { $subject } 用了 { $amount }。先得到的先用。
rule-order-ended = 订单退回
why-order-ended = 订单 { $subject } 取消或退款，用掉的 { $amount } 退还给您。
rule-erased = 资料已删除
why-erased = 资料删除时，剩下的 { $amount } 一并注销。
rule-moved = 合并账号
why-moved = 您的两个账号合并了，{ $amount } 一起转过来。
rule-moved-here = 合并账号：{ $rule }
why-moved-here = 您的两个账号合并了，这一笔从旧账号转来，日期不变。

# What happened to a referral, as the steps of an explanation.
referral-did-create = 朋友用您的推荐码来了
referral-did-attribute = 算您介绍的
referral-did-block = 不符合规则
referral-did-verify = 核对了电话，是新客户
referral-did-qualify = 上门量房或付了定金
referral-did-sign = 签单
referral-did-earn = 付清并过了冷静期
referral-did-claim = 您领取了奖励
referral-did-return = 现金没有批准，可以换一种
referral-did-retier = 订单退了一部分，重新领取
referral-did-unsign = 订单没有做成
referral-did-unearn = 订单有变化，等付清和冷静期
referral-did-unvoid = 订单仍然算
referral-did-flag = 转人工复核
referral-did-clear = 复核通过
referral-did-deny = 复核没有通过
referral-did-expire = 过期
referral-did-void = 作废
referral-did-appeal = 您申诉了
referral-did-grant = 申诉通过
referral-did-uphold = 申诉没有通过

# The passbook on paper.
statement-title = 口碑存折对账单
statement-nameless = 业主
statement-fund = 装修基金可用
statement-points = 积分可用
statement-period = { $from } 至 { $to }
statement-date = 日期
statement-what = 事项
statement-amount = 金额
statement-balance = 余额
statement-usable = 可用日
statement-expires = 到期日
statement-note = 每一笔为什么，在聊天里点「存折」就能看到；有疑问可以申诉。
statement-empty = 还没有记录
statement-made = { $at } 生成
statement-page = 第 { $page } 页，共 { $pages } 页
statement-here = 这是您的对账单，最近 { $count } 笔。
statement-as-table = 要表格
