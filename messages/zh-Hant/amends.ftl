## 遲到賠: what was not done as promised, and what there is for it.

amends-unanswered = 沒有按時回覆
amends-late = 師傅過了約好的時間才到
amends-absent = 師傅沒有按約上門
amends-put_off = 我們不止一次改了上門時間

amends-made = { $broken }，耽誤您了，很抱歉。補給您 { $amount }，已經記進您的存摺。
amends-made-staff = { $id }：{ $broken }，已自動補給業主 { $amount }。
rule-amends = 遲到賠
why-amends = 服務單 { $subject }：{ $broken }，公司補給您 { $amount }。
