## The leaderboard, VIP design advisers, and the year's award.

board-title = Word-of-mouth board
# $period is «2026-11».
board-month = This month ({ $period })
board-year = This year ({ $period })
board-line = { $rank }. { $name }: { $count } { $count ->
    [one] friend
   *[other] friends
 } brought
board-line-own = { $rank }. { $name } (you): { $count } { $count ->
    [one] friend
   *[other] friends
 } brought
board-line-after = After { $rank }: { $name } (you): { $count } { $count ->
    [one] friend
   *[other] friends
 } brought
board-nameless = a homeowner
board-empty = Nobody is here yet. You could be the first.
board-prize = Award of the year: { $points } points each for the first { $places }.
board-rename = Change my name
board-hide = Leave me out
board-join = Show me
board-hidden = You are not shown any more. Your rewards stay the same; the award of the year is for those on the list.
board-joined = Done, you are shown.
board-ask-name = What should we call you on the board? At most { $count } characters.
board-name-number = Please leave phone numbers and addresses out of the name, and choose another one.
board-renamed = Done, the board calls you “{ $name }”.
board-no-code = You have no referral code yet. Tap “Refer a friend” to get one.

vip-reached = Congratulations: { $count } friends came through you, and you are now a VIP design adviser. You may send us ideas; one that we adopt is rewarded.
vip-lost = A referral is void, so { $count } friends count now. With { $least } you are a VIP design adviser again.
vip-count = { $count } friends have come through you; with { $least } you are a VIP design adviser.

award-title = Award of the year { $year }
award-prize = { $points } points each for the first { $places }.
award-give = Give the award
award-help = Please name the year, for example: /award 2026
award-early = { $year } is not over yet.
award-nobody = Nobody was on the board in { $year }.
award-given = The award of the year { $year } went to { $count }.
award-again = The award of the year { $year } was given already.
award-won = Congratulations: you are number { $rank } on the board of { $year }. { $points } points are in your passbook.

idea-vip-only = Once { $least } friends have come through you, you are a VIP design adviser and can send us ideas.
idea-ask = What is your idea? A few sentences will do.
idea-ask-photos = Is there a picture or a sketch? You can skip this.
idea-kept = Received as { $id }. We will tell you whether we adopt it.
# $name is a person's own.
idea-new = { $name } has an idea ({ $id })
idea-adopt = Adopt
idea-decline = Decline
idea-decided = { $id } was decided already.
idea-ask-reason = Why not? One sentence; the author will read it.
idea-adopted = Your idea { $id } was adopted: { $points } points are in your passbook. Thank you.
# $reason is a person's own words.
idea-declined = Your idea { $id } was not adopted this time. Thank you, and do send another. Reason: { $reason }
idea-done-adopted = { $id } is adopted; its author has been told.
idea-done-declined = { $id } is declined; its author has been told.
idea-start = Send an idea
menu-board = Word-of-mouth board
