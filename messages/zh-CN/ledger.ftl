## Points and the renovation fund.

ledger-points = { $amount } 积分
ledger-fund = { MONEY($amount) }
ledger-short = 可用的只有 { $available }，不够这一次。请改小一点再试。
ledger-not-found = 没有找到这笔记录。请回到存折再看，或直接写给我们。
ledger-expiring = 您有 { $amount } 快要到期，最早的在 { DAY($at) }。到期前用掉就不会浪费。

# The hourly proof, told to admins.
ledger-faults = 账本核对发现 { $count } 处不对，请先停止发放奖励，并联系技术同事。用 python -m bot audit 可以看到全部。
ledger-sound-again = 账本核对恢复正常，每一笔都对得上。
ledger-fault-unbalanced = { $what }：这一笔两边不相等
ledger-fault-twice = { $what }：这一笔记了两次
ledger-fault-gap = { $what }：这个人的流水号不连续
ledger-fault-below = { $what }：这一份用得比有的多
ledger-fault-above = { $what }：这一份剩得比发的多
ledger-fault-no-lot = { $what }：这一笔动了不存在的或别人的一份
ledger-fault-no-credit = { $what }：发了奖励却没有这一份
ledger-fault-debt = { $what }：这个人的欠款成了正数
ledger-fault-stranger = { $what }：这一笔动了别人的账户
ledger-fault-total = 全部余额加起来不是零，差 { $what }
ledger-fault-empty = { $what }：这一笔是空的，没有动任何账户
ledger-fault-half-moved = 合并账户时只转了一半，差 { $what }

# A manager adjusts.
ledger-ask-person = 调整谁的？请写电话，或服务单号 R-…。
ledger-no-person = 没有找到这个人。请核对电话或服务单号，再写一次。
ledger-own = 不能调整自己的。请另一位主管来做。
ledger-ask-unit = 调整积分，还是装修基金？
ledger-unit-points = 积分
ledger-unit-fund = 装修基金
ledger-ask-points = 加或减多少积分？例如 200，要减就写 -200。
ledger-ask-fund = 加或减多少元？例如 50，要减就写 -50.00。
ledger-wrong-points = 请写整数，例如 200 或 -200。
ledger-wrong-fund = 请写金额，例如 50 或 -49.90。
ledger-ask-reason = 为什么调整？客户会在存折里看到这句话。
ledger-adjust-summary = { $more ->
    [true] 给 { $person } 增加 { $amount }，对吗？
   *[false] 从 { $person } 扣减 { $amount }，对吗？
 }
ledger-waits = { $id } 超过一个人能定的数额，要另一位主管确认。已经发给其他主管，有结果马上告诉您。
ledger-second-ask = { $who } 想调整 { $person } 的存折：{ $more ->
    [true] 增加
   *[false] 扣减
 } { $amount }。原因：{ $reason }
ledger-press-confirm = 同意
ledger-press-refuse = 不同意
ledger-second-same = 要由另一位主管来定，不能是提出的人，也不能是客户本人。
ledger-decided = { $id } 已经有人定了。
ledger-person-gone = 这位客户的资料已删除或账户已停用，不能再入账。
ledger-nobody = 现在没有别的主管可以确认，所以没有提交。请先请一位主管或管理员加入。
ledger-over = { $id } 等了 7 天没有人定，已经作废，什么都没有改。还需要的话请重新提出。
ledger-done-confirmed = { $id } 已同意并入账：{ $more ->
    [true] 增加
   *[false] 扣减
 } { $amount }。决定的人：{ $who }
ledger-done-refused = { $id } 没有同意，什么都没有改。决定的人：{ $who }
ledger-adjusted = 已入账：{ $more ->
    [true] 增加
   *[false] 扣减
 } { $amount }。客户会收到通知。
ledger-told = 您的存折{ $more ->
    [true] 增加
   *[false] 扣减
 }了 { $amount }。有疑问请直接写给我们。原因：{ $reason }

# Why, for the ledger's own rules.
rule-expire = 到期
why-expire = { $amount } 到了使用期限，没有用掉的已经失效。
rule-repay = 抵扣欠款
why-repay = 以前收回的奖励您已经用掉，这次的奖励先抵扣 { $amount }。
rule-adjust = 人工调整
why-adjust = 主管调整了 { $amount }，原因写在下面。
