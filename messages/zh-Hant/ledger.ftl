## Points and the renovation fund.

ledger-points = { $amount } 積分
ledger-fund = { MONEY($amount) }
ledger-short = 可用的只有 { $available }，不夠這一次。請改小一點再試。
ledger-not-found = 沒有找到這筆紀錄。請回到存摺再看，或直接寫給我們。
ledger-expiring = 您有 { $amount } 快要到期，最早的在 { DAY($at) }。到期前用掉就不會浪費。

# The hourly proof, told to admins.
ledger-faults = 帳本核對發現 { $count } 處不對，請先停止發放獎勵，並聯絡技術同事。用 python -m bot audit 可以看到全部。
ledger-sound-again = 帳本核對恢復正常，每一筆都對得上。
ledger-fault-unbalanced = { $what }：這一筆兩邊不相等
ledger-fault-twice = { $what }：這一筆記了兩次
ledger-fault-gap = { $what }：這個人的流水號不連續
ledger-fault-below = { $what }：這一份用得比有的多
ledger-fault-above = { $what }：這一份剩得比發的多
ledger-fault-no-lot = { $what }：這一筆動了不存在的或別人的一份
ledger-fault-no-credit = { $what }：發了獎勵卻沒有這一份
ledger-fault-debt = { $what }：這個人的欠款成了正數
ledger-fault-stranger = { $what }：這一筆動了別人的帳戶
ledger-fault-total = 全部餘額加起來不是零，差 { $what }
ledger-fault-empty = { $what }：這一筆是空的，沒有動任何帳戶
ledger-fault-half-moved = 合併帳戶時只轉了一半，差 { $what }

# A manager adjusts.
ledger-ask-person = 調整誰的？請寫電話，或服務單號 R-…。
ledger-no-person = 沒有找到這個人。請核對電話或服務單號，再寫一次。
ledger-own = 不能調整自己的。請另一位主管來做。
ledger-ask-unit = 調整積分，還是裝修基金？
ledger-unit-points = 積分
ledger-unit-fund = 裝修基金
ledger-ask-points = 加或減多少積分？例如 200，要減就寫 -200。
ledger-ask-fund = 加或減多少元？例如 50，要減就寫 -50.00。
ledger-wrong-points = 請寫整數，例如 200 或 -200。
ledger-wrong-fund = 請寫金額，例如 50 或 -49.90。
ledger-ask-reason = 為什麼調整？客戶會在存摺裡看到這句話。
ledger-adjust-summary = { $more ->
    [true] 給 { $person } 增加 { $amount }，對嗎？
   *[false] 從 { $person } 扣減 { $amount }，對嗎？
 }
ledger-waits = { $id } 超過一個人能定的數額，要另一位主管確認。已經傳給其他主管，有結果馬上告訴您。
ledger-second-ask = { $who } 想調整 { $person } 的存摺：{ $more ->
    [true] 增加
   *[false] 扣減
 } { $amount }。原因：{ $reason }
ledger-press-confirm = 同意
ledger-press-refuse = 不同意
ledger-second-same = 要由另一位主管來定，不能是提出的人，也不能是客戶本人。
ledger-decided = { $id } 已經有人定了。
ledger-person-gone = 這位客戶的資料已刪除或帳戶已停用，不能再入帳。
ledger-nobody = 現在沒有別的主管可以確認，所以沒有送出。請先請一位主管或管理員加入。
ledger-over = { $id } 等了 7 天沒有人定，已經作廢，什麼都沒有改。還需要的話請重新提出。
ledger-done-confirmed = { $id } 已同意並入帳：{ $more ->
    [true] 增加
   *[false] 扣減
 } { $amount }。決定的人：{ $who }
ledger-done-refused = { $id } 沒有同意，什麼都沒有改。決定的人：{ $who }
ledger-adjusted = 已入帳：{ $more ->
    [true] 增加
   *[false] 扣減
 } { $amount }。客戶會收到通知。
ledger-told = 您的存摺{ $more ->
    [true] 增加
   *[false] 扣減
 }了 { $amount }。有疑問請直接寫給我們。原因：{ $reason }

# Why, for the ledger's own rules.
rule-expire = 到期
why-expire = { $amount } 到了使用期限，沒有用掉的已經失效。
rule-repay = 抵扣欠款
why-repay = 以前收回的獎勵您已經用掉，這次的獎勵先抵扣 { $amount }。
rule-adjust = 人工調整
why-adjust = 主管調整了 { $amount }，原因寫在下面。
