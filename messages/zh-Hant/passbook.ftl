## The passbook: what somebody has, every line, and why.

menu-passbook = 存摺
passbook-title = 我的存摺
passbook-fund = 裝修基金可用：{ $amount }
passbook-points = 積分可用：{ $amount }
passbook-pending = 還沒到可用日期：{ $amount }
passbook-debt = 要從以後的獎勵裡扣：{ $amount }
passbook-ends = 最早到期：{ $amount }，{ DAY($at) }
passbook-coupon = 優惠券 { MONEY($fen) }，券碼 { $code }，{ DAY($at) }前有效
passbook-empty = 還沒有紀錄。介紹朋友成功，獎勵會記在這裡。
passbook-line = { $number }. { $at } { $amount } { $what }
passbook-why = { $number } 為什麼
passbook-older = 更早
passbook-use = 到店使用
passbook-statement = 對帳單
passbook-no-line = 存摺裡沒有這一筆。
amount-plus = +{ $amount }
amount-minus = −{ $amount }

# Why: beside the rule, when it can be used, and what led to it.
why-usable = 從 { $at } 起可用
why-expires = { $at } 到期
why-lasts = 不會到期
why-debt = 已經用掉的 { $amount }，從以後的獎勵裡扣。
why-step = { $at } { $what }

# 申訴 about a line. $id is the ledger's own name of it.
line-asked = 第 { $number } 筆已經交給主管，一般 { $hours } 小時內在這裡答覆您，並說明理由。想補充，直接寫給我們就行。
line-asked-before = 第 { $number } 筆已經在問主管了，有結果就在這裡告訴您。
line-number = 存摺第 { $number } 筆
line-question = 業主對存摺裡的這一筆有疑問，請寫明結果和理由，傳給業主。
line-overdue = 業主問的這一筆逾時了，還沒有人答覆。
line-whose = { $name } 的存摺，編號 { $id }
line-answered = 第 { $number } 筆的疑問，{ $name }已經答覆業主了。

# Each rule in a word, and in a sentence. $campaign is empty for none.
rule-referral = 介紹朋友
why-referral = 您介紹的朋友訂單付清，滿 { MONEY($least) }，過了 { $days } 天冷靜期。{ $percent ->
    [100] 獎勵 { $amount }。
   *[other] 正逢「{ $campaign }」，按 { $percent }% 獎勵 { $amount }。
 }
rule-friend = 朋友介紹您來
why-friend = 朋友介紹您來，您的訂單付清，滿 { MONEY($least) }，送您 { $amount }。
rule-void = 推薦作廢，收回
why-void = 這筆獎勵的推薦作廢了，所以收回。
rule-idea = 點子被採納
why-idea = 您的點子 { $subject } 被採納，獎勵 { $amount }。
rule-award = 年度口碑獎
why-award = 您是 { $year } 年口碑榜第 { $rank } 名，獎勵 { $amount }。
rule-order = 訂單使用
why-order = 訂單 { $subject } 用了 { $amount }。先得到的先用。
rule-order-ended = 訂單退回
why-order-ended = 訂單 { $subject } 取消或退款，用掉的 { $amount } 退還給您。
rule-erased = 資料已刪除
why-erased = 資料刪除時，剩下的 { $amount } 一併註銷。
rule-moved = 合併帳號
why-moved = 您的兩個帳號合併了，{ $amount } 一起轉過來。
rule-moved-here = 合併帳號：{ $rule }
why-moved-here = 您的兩個帳號合併了，這一筆從舊帳號轉來，日期不變。

# What happened to a referral, as the steps of an explanation.
referral-did-create = 朋友用您的推薦碼來了
referral-did-attribute = 算您介紹的
referral-did-block = 不符合規則
referral-did-verify = 核對了電話，是新客戶
referral-did-qualify = 上門量房或付了訂金
referral-did-sign = 簽單
referral-did-earn = 付清並過了冷靜期
referral-did-claim = 您領取了獎勵
referral-did-return = 現金沒有批准，可以換一種
referral-did-retier = 訂單退了一部分，重新領取
referral-did-unsign = 訂單沒有做成
referral-did-unearn = 訂單有變化，等付清和冷靜期
referral-did-unvoid = 訂單仍然算
referral-did-flag = 轉人工複核
referral-did-clear = 複核通過
referral-did-deny = 複核沒有通過
referral-did-expire = 過期
referral-did-void = 作廢
referral-did-appeal = 您申訴了
referral-did-grant = 申訴通過
referral-did-uphold = 申訴沒有通過

# The passbook on paper.
statement-title = 口碑存摺對帳單
statement-nameless = 業主
statement-fund = 裝修基金可用
statement-points = 積分可用
statement-period = { $from } 至 { $to }
statement-date = 日期
statement-what = 事項
statement-amount = 金額
statement-balance = 餘額
statement-usable = 可用日
statement-expires = 到期日
statement-note = 每一筆為什麼，在聊天裡點「存摺」就能看到；有疑問可以申訴。
statement-empty = 還沒有紀錄
statement-made = { $at } 產生
statement-page = 第 { $page } 頁，共 { $pages } 頁
statement-here = 這是您的對帳單，最近 { $count } 筆。
statement-as-table = 要表格
