## Filing a request.

report-understood = Understood: { $what }. Just a few things are missing, one at a time.
report-something = the problem you describe
report-any-time = Any time

report-ask-same = You have an open request that looks like the same thing. Add to that one, or start a new one?
report-same-more = Add to { $id }
report-same-new = It is a new problem
report-same-unfixed = { $id } is not fixed
report-ask-unfixed = { $id } was reported as done. Is that one not fixed, or is it a new problem?
report-ask-problem = What is wrong, or what shall we install? Write it as you would say it.
report-in-files = It is all in what I sent
report-ask-category = Which part of the home is it?
report-ask-photos = Please send a few photos or a short video, so that the installer knows what to bring. You can also go on without.
report-ask-home = Which address shall we come to? Please give street, building and door, such as 100 Century Avenue, building 3, room 1202.
report-ask-district = Which district is that?
report-ask-phone = Which number should the installer call before coming?
report-phone-known = Use { $phone }
report-ask-window = When does it suit you? Tap a time, or write one, such as Saturday morning.
report-home-short = Please add a little more, so that the installer finds it: street, building and door.
report-home-which = We know several addresses of yours. Tap one, or answer with its number.
report-home-private = Without an address nobody can come. Only the installer who takes the job and our staff see your phone and door. To ask about prices first, tap “Never mind” and write “human”.
report-phone-wrong = That number looks incomplete. Please write a mobile number of 11 digits, or a landline with its area code.
report-rest = { $count ->
    [one] one more character goes to us with it
   *[other] { $count } more characters go to us with it
}
report-window-over = The time you chose is over; all else is kept for you. Please choose another time.
report-noted = That is added. Please check once more:
report-summary = Is this right?

consent-ask = If you agree, we go on with your address and phone number.
consent-agree = I agree
consent-needed = Without your consent we will not keep your address or phone number. If you have questions, call { $phone } and our staff will take the request for you.

## What is written outside a form.

ask-the-installer = What would you like to ask { $name }? Write a few words or send photos.
ask-passed-on = { $name } has your question, and our staff see it too. Somebody will answer you here by { $by }.
ask-nobody = No installer has { $id } in hand at the moment. Tap “Talk to a person” to ask our staff.
supplement-ask = What shall we add to { $id }? Write a few words or send photos.
supplement-kept = Added to { $id }. Our staff will see it and answer here if needed.
supplement-danger = { $id } is now treated as an emergency; our staff will contact you by { $by }.
# There is nobody here who could read it.
nobody-hears = None of our staff can read messages here at the moment. Please call { $phone }.
supplement-files-kept = { $count } of this set received, all added to { $id }.
passed-on-work = Passed on to our staff, who will answer you here by { $by }. For your jobs, write “today”.
passed-on-only = Passed on to our staff, who will answer you here by { $by }.
passed-on = Passed on to our staff, who will answer you here by { $by }. If something needs repair, tap “Report a fault” and we start at once.
progress-none = You have no requests yet. Just write what is wrong, such as: the kitchen tap keeps dripping.
progress-others = { $count ->
    [one] One more request is open; tap its number:
   *[other] { $count } more requests are open; tap a number:
}
progress-line = { $what } · { $state }
told-file-for-you = Staff have filed your request as { $id }.
