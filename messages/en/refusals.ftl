## A rule says no: why, and what is possible instead.

button-stale = This button no longer works. Please look at the latest message, or just write to us.
refused-role = This step belongs to whoever is in charge of the request. If you need something, just write to us and our staff will help.
refused-not-apart = This concerns you: you share a phone or a home with one side, or you registered the order. Another manager has to decide.
refused-not-found = There is no such request here. Please check the number, or write to us and our staff will look.
refused-state = { $id } is now “{ $state }”, so this cannot be done. The latest card shows all that can.
refused-stale = Somebody has just changed { $id }. Please look at the latest card and tap again.
refused-taken = Another installer has { $id } already. Thank you; you will hear of new jobs at once.
refused-not-offered = { $id } is no longer on offer. Thank you; you will hear of new jobs at once.
refused-nobody = No installer fits right now: trade or district do not match, or all were asked. Please call somebody, or add an installer with /invite.
refused-no-candidates = No other installer can take it right now. Our staff will arrange it.
refused-busy = The installer has another visit at that time. These are free: { $spans }
refused-too-early = It is early. You can tap “Set out” from { $at }, so that the homeowner does not wait for nothing.
refused-no-code = There is no arrival code yet. Please agree a time with the homeowner first; the code then stands on their phone.
refused-code = The code does not match. Please ask for the four digits on the homeowner's phone again; if they cannot find it, our staff can let you start.
refused-code-pause = { $count } wrong arrival codes in a row: none is taken for { $minutes } minutes. Our staff have been told; please wait until they let you in, or ask the homeowner again then.
refused-window-not-over = The agreed time is not over. You can report that nobody met from { $at }; if it is urgent, please call.
refused-not-soon = The work was finished a while ago, so our staff will arrange an installer again.
refused-rating-late = The time for rating is over. Whatever you want to say, just write to us and our staff will read it.
refused-reopen-late = This was completed more than { $days } days ago and cannot be reopened. Just write what is wrong and we start a new request.
return-late = { $id } was completed long ago and cannot be reopened. We open a new request that follows it.
refused-complaint = { $id } is a complaint: it ends when the homeowner is content, or after calls in vain on two days.
refused-complaint-hands = { $id } is a complaint and belongs to a manager, who has been told. You may already answer the homeowner and ask for a little patience.
picture-failed = The picture could not be drawn just now; nothing of yours is lost. Please tap again in a minute. If it still fails, write to us and our staff will send it.
picture-often = You have been sent { $count } pictures within { $minutes } minutes, so let us pause. The latest are still above in this chat, to look at and to forward; a new one can be drawn in a few minutes.
refused-not-yet = { $id } is not ready for this step yet.
