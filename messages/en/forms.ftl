## The steps that every dialog shares.

form-check = If all is right, tap “Confirm and send”; to change something, tap “Back”.
form-check-how = If all is right, answer “right” or tap “Confirm and send”. To change something, just write it: “the phone is wrong”, “change the time to Saturday morning”.
# Which request a question is about, as a chip above it.
form-about = { $id }
form-confirm = Confirm and send
form-skip = Skip
form-back = Back
form-cancel = Never mind
form-done = Done
form-taken = Chosen: { $taken }
form-empty = That was empty. Please write a few words or send a photo.
form-choose = Please tap one of the answers under the question, or reply with its place in the list, such as 2. For something else, tap “Never mind” first.
form-files-kept = Received, { $count } in all.
form-length = Please put it in words, { $min } to { $max } characters.
form-not-optional = We need an answer here: tap one or write a few words. To stop, tap “Never mind”.
# In a group, said once to who goes on talking while something is asked of them.
form-late = A question is still open for you, and what you just said was not taken as its answer. To answer, reply to the question or tap one of its choices.
form-stale = That question is over. Please look at the latest message.
# A draft was put aside for another question; the button goes on with it.
form-waiting = What you had started before is kept for you.
form-resume = Go on with it
form-resumed = You had not finished; everything is kept. Let us go on:
form-cancelled = All right, we stop here. Nothing was sent, and your requests are as they were.
form-said-later = You also wrote this; tap if you want to report it:
form-use-later = Report what I just wrote

form-photos-none = No photos
form-photos-done = That is all
form-photos-have = { $more ->
    [0] { $count } received, that is plenty. Please tap “That is all”.
   *[other] { $count } received, you can send { $more } more. Then tap “That is all”.
}
form-photos-least = { $count ->
    [0] That one did not arrive. Please send it again.
    [one] At least one photo is needed. Please send it.
   *[other] At least { $count } photos are needed. Please send more.
}

form-window = I could not read that as a time. Try tomorrow afternoon, Saturday morning or the 25th in the evening, or tap one of the times.
form-window-range = Please choose a time that is still to come, within { $days } days.
form-window-which = Visits are booked by time slot. Please tap one; the nearest to the time you named come first.
form-window-closed = There are no visits that day. These are the nearest; please tap one, or write another day.
form-window-hours = There are no visits at that hour. These are the nearest; please tap one, or write another time.
form-window-soon = That is too soon: a visit needs { $minutes } minutes' notice. These are the nearest; please tap one.
form-window-busy = The installer has another visit then. These are the nearest; please tap one, or write another time.
form-window-long = That is a long time. Please name the day or days, for example Saturday morning or the weekend.

cancel-nothing = Nothing is being filled in. To cancel a request, write “progress” and tap “Cancel request”.
form-photos-short = Received { $have }, { $more } still missing. Please send more.
