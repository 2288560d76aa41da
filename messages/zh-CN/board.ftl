## The leaderboard, VIP design advisers, and the year's award.

board-title = 口碑榜
# $period is «2026-11».
board-month = 本月（{ $period }）
board-year = 今年（{ $period }）
board-line = { $rank }. { $name }：成功介绍 { $count } 位
board-line-own = { $rank }. { $name }（您）：成功介绍 { $count } 位
board-line-after = { $rank } 名以后：{ $name }（您）：成功介绍 { $count } 位
board-nameless = 一位业主
board-empty = 还没有人上榜，您可以是第一位。
board-prize = 年度奖：前 { $places } 名，每位 { $points } 积分。
board-rename = 改昵称
board-hide = 不上榜
board-join = 我要上榜
board-hidden = 好的，榜上不再显示您。介绍的奖励照常，一分不少；年度奖只发给榜上的人。
board-joined = 好的，您已经在榜上了。
board-ask-name = 榜上怎么称呼您？最多 { $count } 个字。
board-name-number = 昵称里请不要写电话号码或网址，换一个吧。
board-renamed = 好的，榜上叫您「{ $name }」。
board-no-code = 您还没有推荐码。点「推荐有礼」就有了。

vip-reached = 恭喜，您已成功介绍 { $count } 位朋友，成为 VIP 设计顾问。有好点子可以直接提，被采纳有奖励。
vip-lost = 有一条推荐作废了，您的成功介绍现在是 { $count } 位。满 { $least } 位又是 VIP 设计顾问。
vip-count = 成功介绍 { $count } 位，满 { $least } 位是 VIP 设计顾问。

award-title = { $year } 年度口碑奖
award-prize = 前 { $places } 名，每位 { $points } 积分。
award-give = 发放年度奖
award-help = 请写年份，例如：/award 2026
award-early = { $year } 年还没有过完，过完再评。
award-nobody = { $year } 年没有人上榜。
award-given = { $year } 年度奖已发放：{ $count } 位。
award-again = { $year } 年度奖已经发过了。
award-won = 恭喜，您是 { $year } 年口碑榜第 { $rank } 名，奖励 { $points } 积分，已记入存折。

idea-vip-only = 成功介绍满 { $least } 位朋友，成为 VIP 设计顾问以后就可以提点子。
idea-ask = 您的点子是什么？写几句就行。
idea-ask-photos = 有图片或草图吗？没有可以跳过。
idea-kept = 收到了，编号 { $id }。采纳不采纳，都会告诉您。
# $name is a person's own.
idea-new = { $name } 提了一个点子（{ $id }）
idea-adopt = 采纳
idea-decline = 婉拒
idea-decided = { $id } 已经有结果了。
idea-ask-reason = 为什么不采纳？写一句，对方会看到。
idea-adopted = 您的点子 { $id } 被采纳了，奖励 { $points } 积分，已记入存折。谢谢您。
# $reason is a person's own words.
idea-declined = 您的点子 { $id } 这次没有采纳。谢谢您，欢迎再提。原因：{ $reason }
idea-done-adopted = { $id } 已采纳，已告诉对方。
idea-done-declined = { $id } 已婉拒，已告诉对方。
idea-start = 提点子
menu-board = 口碑榜
