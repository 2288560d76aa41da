## Staff put right what a request says.

ask-correction = What is to be corrected? Tap one. The homeowner's own words stay as they are.
correct-category = Category
correct-type = Kind of service
correct-danger = Urgency
correct-phone = Phone
correct-home = Address
correct-ordinary = Ordinary (no danger)
ask-correct-category = Which category is it really? Tap one. From then on it can be offered to whoever does that.
ask-correct-type = Which kind of service is it really? Tap one.
ask-correct-danger = Is there a danger? Then it is an emergency, and every manager is told at once. For a false alarm tap “Ordinary”.
ask-correct-phone = What is the right phone number? Please write all of it.
ask-correct-home = What is the right address? Please write it down to the door.
correct-same = { $id } says that already; nothing was changed. Please give another answer, or tap “Never mind”.
correct-kept = { $id } is corrected, and its cards with it.
correct-withdrawn = Whoever was asked cannot do { $id } as it is now. The offer is withdrawn; please offer it again.

# What was corrected, as the homeowner and the installer read it.
corrected-type = the kind of service is now “{ $now }” instead of “{ $was }”
corrected-category = the category is now “{ $now }” instead of “{ $was }”
corrected-danger = the urgency is now “{ $now }” instead of “{ $was }”
corrected-phone = the phone number is now { $phone }
corrected-home = the address is now { $home }
