## A request: its states, what is done with it, and who hears what.

## What staff and installers read.

state-NEW = Unclaimed
state-TRIAGED = To be offered
state-OFFERED = On offer
state-ACCEPTED = Time to be agreed
state-SCHEDULED = Scheduled
state-EN_ROUTE = On the way
state-IN_PROGRESS = In progress
state-DONE = Homeowner to confirm
state-CLOSED = Completed
state-CANCELLED = Cancelled
state-REJECTED = Not accepted

## What the homeowner reads.

home-state-NEW = Received
home-state-TRIAGED = Confirmed
home-state-OFFERED = Finding an installer
home-state-ACCEPTED = Installer found
home-state-SCHEDULED = Scheduled
home-state-EN_ROUTE = Installer on the way
home-state-IN_PROGRESS = In progress
home-state-DONE = Please confirm
home-state-CLOSED = Completed
home-state-CANCELLED = Cancelled
home-state-REJECTED = Not accepted

## The homeowner's one next step.

next-NEW = We will answer here or call you
next-TRIAGED = We are arranging an installer and will tell you at once
next-OFFERED = We are waiting for an installer to accept and will tell you who it is
next-ACCEPTED = Tap “Pick a time” and choose what suits you
next-SCHEDULED = Please have somebody at home. You will hear when the installer sets out; give the arrival code only at your door
next-EN_ROUTE = Tell the installer the arrival code once they stand at your door
next-IN_PROGRESS = When the installer is finished, please look at it and try it
next-DONE = If it is fine, tap “Confirm it is done”; if not, tap “Not fixed”
next-CLOSED = Nothing more for you to do. If anything comes up, just write to us
next-CANCELLED = Nothing more for you to do. If you still need it, just write to us
next-REJECTED = To talk it over, just write to us and we will answer

## What staff do now.

todo-NEW = Tap “Claim”, then contact the homeowner
todo-complaint = A complaint: a manager taps “Claim”, then contacts the homeowner
todo-TRIAGED = Tap “Offer” and choose an installer or the pool
todo-OFFERED = Wait for an installer; if nobody accepts, it comes back here
todo-ACCEPTED = Wait for the homeowner to pick a time, or call and agree one
todo-SCHEDULED = Wait for the installer to set out on time
todo-EN_ROUTE = Wait for the installer to arrive and enter the homeowner's code
todo-IN_PROGRESS = Wait for the installer to finish
todo-DONE = Wait for the homeowner; it confirms by itself in the end. A complaint does not: call the homeowner
todo-CLOSED = Nothing to do
todo-CANCELLED = Nothing to do; a manager can restore it
todo-REJECTED = Nothing to do; a manager can restore it

## Buttons.

action-claim = Claim
action-reject = Not accepted
action-offer = Offer
action-accept = Accept
action-decline = Decline
action-withdraw = Withdraw offer
action-schedule = Pick a time
action-reschedule = Change the time
action-depart = Set out
action-arrive = Arrived
action-override = Start without code
action-no_show = Nobody met
action-finish = Finish
action-reassign = Change installer
action-hand_over = Hand over
action-confirm = Confirm it is done
action-not_fixed = Not fixed
action-rate = Rate
action-reopen = Reopen
action-cancel = Cancel request
action-restore = Restore
action-called = Called them
action-correct = Correct
action-unreached = Nobody answered the call
action-urge = Remind us
action-ask = Ask the installer
action-add = Add details
action-more = More

## The timeline. It is read by the homeowner and by staff.

event-file = { $at } · request filed
event-supplement = { $at } · details added
event-claim = { $at } · taken on by { $who }
event-reject = { $at } · not accepted, { $who }
event-offer = { $at } · offered to installers by { $who }
event-accept = { $at } · accepted by { $who }
event-decline = { $at } · declined by { $who }
event-expire = { $at } · nobody accepted in time
event-withdraw = { $at } · offer withdrawn by { $who }
event-schedule = { $at } · visit agreed by { $who }
event-reschedule = { $at } · visit moved by { $who }
event-depart = { $at } · { $who } set out
event-arrive = { $at } · { $who } arrived and started
event-override = { $at } · arrival confirmed by { $who }
event-no_show = { $at } · nobody met, a new time is needed
event-finish = { $at } · { $who } finished
event-reassign = { $at } · installer changed by { $who }
event-hand_over = { $at } · handed over by { $who }
event-confirm = { $at } · confirmed as done
event-auto_close = { $at } · closed by itself after waiting
event-unreached = { $at } · { $who } called, and nobody answered
event-not_fixed = { $at } · reported as not fixed
event-rate = { $at } · rated by the homeowner
event-reopen = { $at } · reopened by { $who }
event-cancel = { $at } · cancelled by { $who }
event-restore = { $at } · restored by { $who }
event-called = { $at } · { $who } called the homeowner
event-correct = { $at } { $who } corrected the details
event-urge = { $at } · the homeowner sent a reminder
event-told = { $at } · { $who } answered
event-answered = { $at } · { $who } answered
event-linked = { $at } · moved along to another chat of the homeowner
event-follows = { $at } · opened anew, as the request before was completed long ago
event-unanswered = { $at } · the promised time passed without an answer to the homeowner

## What the homeowner is told.

told-file-homeowner = Received, your number is { $id }. We will contact you by { CLOCK($by) } { DAY($by) }.
told-claim-homeowner = { $who } has taken { $id } and is arranging an installer for you.
told-reject-homeowner = We are sorry, we cannot take { $id }. Reason: { $reason }
reject-instead = You can call { $phone } to see whether there is another way, or just write to us here.
told-offer-homeowner = { $id } is on offer to our installers. You will hear as soon as one accepts.
told-accept-homeowner = { $installer } has accepted and will come to you. Please tap “Pick a time”.
told-schedule-homeowner = Agreed: { $span }, { $installer } will come.
told-reschedule-homeowner = The visit is now { $span }. Reason: { $reason }
told-depart-homeowner = { $installer } has set out. The arrival code is { $code }; please give it only at your door.
told-arrive-homeowner = { $installer } has arrived and started.
told-override-homeowner = { $installer } has arrived and started, as { $who } confirmed. Reason: { $reason }
told-no_show-homeowner = The visit did not take place. Please tap “Pick a time” and choose again. Reason: { $reason }
told-finish-homeowner = { $installer } has finished. Please check that all is well.
finish-photos-more = { $count ->
    [one] One more photo of the finished work does not fit in here. Write to us and our staff will send it.
   *[other] { $count } more photos of the finished work do not fit in here. Write to us and our staff will send them.
}
told-reassign-homeowner = { $who } is finding another installer for you and will tell you at once. Reason: { $reason }
told-hand_over-homeowner = { $who } cannot go on with this. We are asking another installer and will tell you at once. Reason: { $reason }
told-hand_over-back-homeowner = { $who } cannot go on with this. We will arrange another installer for you. Reason: { $reason }
told-confirm-homeowner = Thank you, { $id } is completed.
told-auto_close-homeowner = We heard nothing new about { $id }, so it counts as completed. If something is still wrong, tap “Reopen”.
told-unreached-homeowner = We called you about { $id } on two days and could not reach you, so it counts as completed. If something is still wrong, tap “Reopen”.
told-not_fixed-homeowner = We are sorry that it is not fixed. { $installer } will go on with it, and we keep an eye on it.
told-not_fixed-back-homeowner = We are sorry that it is not fixed. We will contact you and arrange an installer again.
told-rate-homeowner = Thank you for your rating: { $score } out of 5.
told-reopen-homeowner = { $id } is open again. We will contact you and arrange a visit.
told-cancel-homeowner = { $id } is cancelled. Reason: { $reason }
told-restore-homeowner = { $id } is restored, and we go on with it. Reason: { $reason }
told-urge-homeowner = We have been reminded and will answer you here.
told-correct-homeowner = { $who } has corrected the details of { $id }: { $what }. If that is wrong, just write to us.

## What staff are told.

told-decline-staff = { $who } declined { $id }; we are waiting for other installers. Reason: { $reason }
told-decline-back-staff = { $who } declined { $id }. Please offer it again. Reason: { $reason }
told-expire-staff = Nobody accepted { $id } in time; the next installer is being asked.
told-expire-back-staff = Nobody has accepted { $id }. Please offer it again, or call an installer.
told-hand_over-staff = { $who } handed over { $id }; we are waiting for other installers. Reason: { $reason }
told-hand_over-back-staff = { $who } handed over { $id }. Please offer it again. Reason: { $reason }
told-not_fixed-staff = The homeowner says that { $id } is not fixed; { $installer } goes on with it. They say: { $reason }
told-not_fixed-back-staff = The homeowner says that { $id } is not fixed. Please contact them and offer it again. They say: { $reason }
told-no_show-staff = { $who } reports that nobody met for { $id }; a new time is needed. Reason: { $reason }
told-reopen-staff = { $who } reopened { $id }. Please contact the homeowner. Reason: { $reason }
told-restore-staff = { $who } restored { $id }. Please go on with it. Reason: { $reason }
told-cancel-staff = { $who } cancelled { $id }. Reason: { $reason }
told-urge-staff = The homeowner is waiting for { $id }. Please answer soon.
told-rate-staff = Rating for { $id }: { $score } out of 5.
told-finish-staff = { $installer } has finished { $id }. Now the homeowner confirms.
staff-follows = { $id } follows { $before }: that one was completed long ago, and the homeowner says something is wrong again.

## What the installer who holds the job is told.

told-accept-installer = { $id } is yours; phone and address are below. You will hear once the homeowner has picked a time.
told-schedule-installer = The visit for { $id } is agreed: { $span }.
told-reschedule-installer = The visit for { $id } moves to { $span }. Reason: { $reason }
told-depart-installer = The homeowner knows that you are on your way. At the door, please ask for the arrival code.
told-arrive-installer = Arrival confirmed, you can start.
told-override-installer = { $who } confirmed your arrival, you can start. Reason: { $reason }
told-no_show-installer = Noted that nobody met for { $id }. The homeowner will pick a new time. Reason: { $reason }
told-finish-installer = { $id } is handed in. Now the homeowner confirms.
told-confirm-installer = The homeowner confirmed { $id }. Thank you for your work.
told-auto_close-installer = Nothing new came in about { $id }, so it counts as completed. Thank you.
told-unreached-installer = The homeowner of { $id } could not be reached on two days, so it counts as completed. Thank you.
told-not_fixed-installer = The homeowner says that { $id } is not fixed. Please call and go again. They say: { $reason }
told-cancel-installer = { $id } is cancelled, please do not go. Reason: { $reason }
told-correct-installer = { $who } has corrected the details of { $id }: { $what }.

## What is asked before something is done. The reason is shown to the others on the request.

ask-reason-reject = Why can we not take it? Choose one or write a line; the homeowner reads it.
ask-reason-decline = Why not? If another day works, just tap that day.
ask-reason-reschedule = Why does the time change? Choose one or write a line; the other side reads it.
ask-reason-override = Why without the code? Choose one or write a line.
ask-reason-no_show = What happened? Choose one or write a line.
ask-reason-reassign = Why another installer? Choose one or write a line; the homeowner reads it.
ask-reason-hand_over = Why do you hand it over? Choose one or write a line; the homeowner reads it.
ask-reason-not_fixed = We are sorry. What is still wrong? One line is enough.
ask-reason-reopen = What has come up? One line is enough.
cancel-danger = What you say is kept with { $id }, which is not cancelled. Do you still want to cancel it? If so, tap a reason; if not, tap “Never mind”.
ask-reason-cancel = Why do you cancel? Choose one or write a line.
ask-reason-restore = Why restore it? Write a line; the homeowner reads it.

# Why somebody declines: not now, but that day. A button, and what staff read as the reason.
reason-other-day = { DAY($day) } would work

ask-window = When shall the installer come? Tap a time, or write one, such as Saturday morning.

rating-score = { $score }
ask-score = How was it, from 1 to 5? 5 is best. Whatever you answer, our service stays the same.
ask-tags = What is it mainly about? Choose any, or just tap “Done”.
ask-review = Anything else you would like to say? You can skip this.

action-phone = Show phone
event-note = { $at } · { $who } made a note
event-phone_shown = { $at } · { $who } looked up the phone
