## What stands on the cards. A fact is «label: value», so that a page can set it in two columns.

card-title = { $id } { $what }
card-title-emergency = Urgent · { $id } { $what }
card-emergency = { $danger }: somebody may get hurt or the home damaged. Please deal with this first.

fact-what = About: { $what }
fact-photos = { $count ->
    [0] Photos: none
   *[other] Photos: { $count }
}
fact-home = Address: { $home }
fact-area = Address: { $area }
fact-district = District: { $district }
fact-phone = Phone: { $phone }
fact-phone-vouched = Phone: { $phone } (verified)
fact-wish = Preferred: { $wish }
fact-window = Visit: { $span }
fact-fee = Call-out fee: { $fen ->
    [0] none
   *[other] { MONEY($fen) }
}
fact-installer = Installer: { $name }
fact-responsible = In charge: { $name }
fact-claimed = Staff: { $name }
fact-homeowner = Contact: { $name } { $phone }
fact-code = Arrival code: { $code }
fact-reason = Reason: { $reason }
fact-scanned = Scanned: { $code }
fact-checked = Checked: { $checks }
fact-unchecked = Not done: { $checks }
fact-report = Work done: { $report }
fact-score = Rating: { $score } of 5
fact-tags = Rated for: { $tags }
fact-review = In their words: { $review }
fact-escalation = Escalated: level { $count }
fact-repeats = Not fixed: { $count ->
    [one] once
   *[other] { $count } times
}
fact-urges = Reminders: { $count }
