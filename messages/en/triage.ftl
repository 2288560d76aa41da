## The staff group.

queue-title = Open requests: { $count }
queue-state = { $state }: { $count }
queue-more = More of { $state } ({ $count } in all)
queue-end = There are no more. Send /queue to start over.
queue-empty = Nothing is waiting right now.

find-help = Please say what to look for: a number, a phone, an address or a word of the description, such as /find Century Avenue.
find-none = Nothing found for “{ $words }”. Try a number, a whole phone number or the name of the estate.
find-title = Found for “{ $words }”: { $count }
find-line = { $what } · { $state }

# The group: somebody writes. The line after it is what they wrote.
staff-message = { $name } writes; reply to this message to answer:
staff-asked = { $id }: { $name } asks the installer, who can answer; reply to this message to answer yourself:
staff-told = { $id }: { $name } answers the homeowner:
staff-supplement = { $id }: { $name } adds details; reply to this message to answer:
staff-supplement-danger = { $id }: { $name } adds what may be a danger: { $danger }. Call at once, or reply to this message:
# Above the latest of what somebody wrote very fast. $id may be empty.
staff-flood = { $name } sent { $count } messages within a minute; the latest are gathered here. Reply to this message to answer. { $id }
# $id may be empty.
staff-human = { $name } asks for a person; reply to this message to answer. { $id }

# The homeowner: a human answers. The line after it is the answer. $id may be empty.
reply-from-installer = { $name }, your installer { $id }
reply-from = { $name } from our staff { $id }
reply-sent = Sent to the homeowner { $id }
reply-help = Please write the number and your answer, such as /r R-1001 The installer comes at two.
reply-nobody = No homeowner stands behind that message, so this went to nobody. Reply to a homeowner’s message or a request card, or write /r, the number and your answer.
reply-nowhere = The homeowner has no chat that can be reached. Please call { $phone } instead.
answer-button = Answer
answer-ask = Write what { $name } should read, with a photo if you like; tap “Never mind” to send nothing.
human-called = Our staff know, and somebody will answer you here by { $by }. If it is urgent, please call { $phone }.

more-actions = You can also:

offer-pool = All of them, first come ({ $count })
ask-installer = To whom shall it be offered? Tap one, or write a number or a name.
offer-others = { $count ->
    [one] One more installer
   *[other] { $count } more installers
}
installer-which = Several installers have this name. Please write the number: { $numbers }.
# $number may be empty.
installer = { $name } { $number }

bind-refused = This code is wrong, used or expired. Please ask an admin to send me /bindcode in private for a new one.
bind-public = This is a public group: anybody could read about your customers here, so it cannot be the staff group. Make it private in its settings first, then send that again.
bind-done = This is now the staff group of { $company }. New requests appear here; tap “Claim” and it is yours to follow.

## Messages that could not be sent.

dead-retried = Sending it again.
dead-discarded = All right, it will not be sent.
dead-gone = That message is settled already.
dead-number = Phone of { $name }: { $phone }
dead-no-phone = No call possible: they left no number, or you have no private chat with me yet (numbers are shown only there).
dead-call-private = The number is in your private chat.
staff-danger = { $name } is reporting a possible danger: { $danger }. Call at once, or reply to this message

## Filing for a caller.

behalf-ask-phone = Whom is this for? Please write the homeowner’s phone number.
behalf-ask-name = What is the homeowner’s name?
behalf-filed = Filed as { $id }; the card is in the staff group.

staff-code-pause = { $name } gave { $count } wrong arrival codes in a row for { $id }; none is taken for { $minutes } minutes. Please call and ask; if they really are at the door, use the override behind “More”.
