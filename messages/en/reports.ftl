## Filing a request.

report-understood = Understood: { $what }. Just a few things are missing, one at a time.
report-something = the problem you describe
report-any-time = Any time

report-ask-same = You have an open request that looks like the same thing. Add to that one, or start a new one?
report-same-more = Add to { $id }
report-same-new = It is a new problem
report-ask-problem = What is wrong, or what shall we install? Write it as you would say it.
report-ask-category = Which part of the home is it?
report-ask-photos = Please send a few photos or a short video, so that the installer knows what to bring. You can also go on without.
report-ask-home = Which address shall we come to? Please give street, building and door, such as 100 Century Avenue, building 3, room 1202.
report-ask-district = Which district is that?
report-ask-phone = Which number should the installer call before coming?
report-phone-known = Use { $phone }
report-ask-window = When does it suit you? Tap a time, or write one, such as Saturday morning.
report-home-short = Please add a little more, so that the installer finds it: street, building and door.
report-phone-wrong = That number looks incomplete. Please write a mobile number of 11 digits, or a landline with its area code.
report-summary = Is this right?

consent-ask = If you agree, we go on with your address and phone number.
consent-agree = I agree
consent-needed = Without your consent we will not keep your address or phone number. If you have questions, call { $phone } and our staff will take the request for you.

## What is written outside a form.

supplement-ask = What shall we add to { $id }? Write a few words or send photos.
supplement-kept = Added to { $id }. Our staff will see it and answer here if needed.
supplement-files-kept = { $count } of this set received, all added to { $id }.
passed-on-work = Passed on to our staff, who will answer you here by { $by }. For your jobs, write «today».
passed-on = Passed on to our staff, who will answer you here by { $by }. If something needs repair, tap Report a fault and we start at once.
progress-none = You have no requests yet. Just write what is wrong, such as: the kitchen tap keeps dripping.
told-file-for-you = Staff have filed your request as { $id }.
