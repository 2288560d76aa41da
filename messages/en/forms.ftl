## The steps that every dialog shares.

form-check = If all is right, tap Confirm and send; to change something, tap Back.
# Which request a question is about, as a chip above it.
form-about = { $id }
form-confirm = Confirm and send
form-skip = Skip
form-back = Back
form-cancel = Never mind
form-done = Done
form-taken = Chosen: { $taken }
form-empty = That was empty. Please write a few words or send a photo.
form-choose = Please tap one of the answers under the question, or reply with its place in the list, such as 2. For something else, tap Never mind first.
form-length = Please put it in words, { $min } to { $max } characters.
form-not-optional = We need an answer here: tap one or write a few words. To stop, tap Never mind.
form-stale = That question is over. Please look at the latest message.
# A draft was put aside for another question; the button goes on with it.
form-waiting = What you had started before is kept for you.
form-resume = Go on with it
form-resumed = You had not finished; everything is kept. Let us go on:
form-cancelled = All right, we stop here. Nothing was sent, and your requests are as they were.
form-use-later = Report what I just wrote

form-photos-none = No photos
form-photos-done = That is all
form-photos-have = { $more ->
    [0] { $count } received, that is plenty. Please tap That is all.
   *[other] { $count } received, you can send { $more } more. Then tap That is all.
}
form-photos-least = { $count ->
    [0] That one did not arrive. Please send it again.
    [one] At least one photo is needed. Please send it.
   *[other] At least { $count } photos are needed. Please send more.
}

form-window = I could not read that as a time. Try tomorrow afternoon, Saturday morning or the 25th in the evening, or tap one of the times.
form-window-range = Please choose a time that is still to come, within { $days } days.

cancel-nothing = Nothing is being filled in. To cancel a request, write progress and tap Cancel request.
form-photos-short = Received { $have }, { $more } still missing. Please send more.
