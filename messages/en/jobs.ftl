## The installer.

job-offered = Waiting for your answer
job-gone = You are not needed for { $id }, thank you. You will hear of new jobs at once.
job-released = { $id } is being arranged anew by our staff. You need not go.
job-asked = { $id }: the homeowner asks you:
answer-over = { $id } is not yours any more, so this was not sent. Tell our staff if it matters.
job-supplement = The homeowner added to { $id }:

jobs-title = Your jobs: { $jobs } · on offer: { $offers }

job-next-offer = { $minutes ->
    [one] Please accept or decline within one minute; then you see phone and door
   *[other] Please accept or decline within { $minutes } minutes; then you see phone and door
}
job-next-ACCEPTED = Wait for the homeowner to pick a time, or call to agree one
job-next-SCHEDULED = Tap “Set out” in time; if you cannot go, tap “Change the time” or “Hand over” early
job-next-EN_ROUTE = At the door, tap “Arrived” and enter the code from the homeowner's phone
job-next-IN_PROGRESS = When the work is done, tap “Finish” and follow the questions: photos and a few words
job-next-DONE = The homeowner confirms; nothing more for you to do
job-next-CLOSED = Completed, thank you
job-next-CANCELLED = Cancelled, please do not go

ask-code = Please enter the four digits from the homeowner's phone
ask-finish-photos = Please send photos of the finished work: one of the whole, one of the repaired part
ask-report = What did you do or replace? A few words; the homeowner reads them
ask-checks = Last, please confirm these points: tap what is done, or “All done”
checks-all = All done
checks-rest = The rest is not
checks-none = None of these
ask-unchecked = What could not be done, and why? A few words; the homeowner reads them
