## The leaderboard, VIP design advisers, and the year's award.

board-title = 口碑榜
# $period is «2026-11».
board-month = 本月（{ $period }）
board-year = 今年（{ $period }）
board-line = { $rank }. { $name }：成功介紹 { $count } 位
board-line-own = { $rank }. { $name }（您）：成功介紹 { $count } 位
board-line-after = { $rank } 名以後：{ $name }（您）：成功介紹 { $count } 位
board-nameless = 一位業主
board-empty = 還沒有人上榜，您可以是第一位。
board-prize = 年度獎：前 { $places } 名，每位 { $points } 積分。
board-rename = 改暱稱
board-hide = 不上榜
board-join = 我要上榜
board-hidden = 好的，榜上不再顯示您。介紹的獎勵照常，一分不少；年度獎只發給榜上的人。
board-joined = 好的，您已經在榜上了。
board-ask-name = 榜上怎麼稱呼您？最多 { $count } 個字。
board-name-number = 暱稱裡請不要寫電話號碼或網址，換一個吧。
board-renamed = 好的，榜上叫您「{ $name }」。
board-no-code = 您還沒有推薦碼。點「推薦有禮」就有了。

vip-reached = 恭喜，您已成功介紹 { $count } 位朋友，成為 VIP 設計顧問。有好點子可以直接提，被採納有獎勵。
vip-lost = 有一條推薦作廢了，您的成功介紹現在是 { $count } 位。滿 { $least } 位又是 VIP 設計顧問。
vip-count = 成功介紹 { $count } 位，滿 { $least } 位是 VIP 設計顧問。

award-title = { $year } 年度口碑獎
award-prize = 前 { $places } 名，每位 { $points } 積分。
award-give = 發放年度獎
award-help = 請寫年份，例如：/award 2026
award-early = { $year } 年還沒有過完，過完再評。
award-nobody = { $year } 年沒有人上榜。
award-given = { $year } 年度獎已發放：{ $count } 位。
award-again = { $year } 年度獎已經發過了。
award-won = 恭喜，您是 { $year } 年口碑榜第 { $rank } 名，獎勵 { $points } 積分，已記入存摺。

idea-vip-only = 成功介紹滿 { $least } 位朋友，成為 VIP 設計顧問以後就可以提點子。
idea-ask = 您的點子是什麼？寫幾句就行。
idea-ask-photos = 有圖片或草圖嗎？沒有可以略過。
idea-kept = 收到了，編號 { $id }。採納不採納，都會告訴您。
# $name is a person's own.
idea-new = { $name } 提了一個點子（{ $id }）
idea-adopt = 採納
idea-decline = 婉拒
idea-decided = { $id } 已經有結果了。
idea-ask-reason = 為什麼不採納？寫一句，對方會看到。
idea-adopted = 您的點子 { $id } 被採納了，獎勵 { $points } 積分，已記入存摺。謝謝您。
# $reason is a person's own words.
idea-declined = 您的點子 { $id } 這次沒有採納。謝謝您，歡迎再提。原因：{ $reason }
idea-done-adopted = { $id } 已採納，已告訴對方。
idea-done-declined = { $id } 已婉拒，已告訴對方。
idea-start = 提點子
menu-board = 口碑榜
