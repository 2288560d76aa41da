## A promise's clock rings.

clock-first-remind = { $minutes ->
    [one] Nobody has answered { $id } yet, and one minute is left. Please contact the homeowner now.
   *[other] Nobody has answered { $id } yet, and { $minutes } minutes are left. Please contact the homeowner now.
}
clock-first-breach = { $minutes ->
    [one] We promised an answer within one minute, and nobody has contacted the homeowner of { $id }. Please call now.
   *[other] We promised an answer within { $minutes } minutes, and nobody has contacted the homeowner of { $id }. Please call now.
}
clock-first-sorry = We promised you an answer by now and did not keep it. We are sorry. The manager knows and will see that you are contacted; you can also call { $phone }.
clock-first-sorry-alone = We promised you an answer by now and did not keep it. We are sorry. Please call { $phone }.
clock-managers-told = The manager has been told.
# Somebody waits for a human. $id may be empty.
clock-person-remind = { $name } is still waiting for an answer. Please reply to this message now. { $id }
clock-person-left = { $minutes ->
    [one] One minute is left of what we promised.
   *[other] { $minutes } minutes are left of what we promised.
}
clock-person-breach = { $name } was promised an answer by { $by } and has had none. Please reply to this message now. { $id }
clock-closing-soon = { $hours ->
    [one] Is { $id } working well? If nothing new comes in within an hour, it counts as completed. If not, tap “Not fixed”.
   *[other] Is { $id } working well? If nothing new comes in within { $hours } hours, it counts as completed. If not, tap “Not fixed”.
}
clock-complaint-waits = { $id } is a complaint, the homeowner has not said yet that they are content, and it does not end by itself. Please call them; if nobody answers, tap “More” and “Nobody answered the call”. Only after a call in vain on each of two days does it count as completed.
clock-complaint-soon = Are you content with how { $id } was dealt with? If so, please tap “Confirm it is done”; if not, “Not fixed”. It does not end by itself before you say so, and we will call you.
page-emergency = Emergency: { $id }. Somebody may get hurt or the home damaged. Please contact the homeowner now.
page-complaint = Complaint: { $id } belongs to a manager. Please claim it and contact the homeowner.
clock-late = The agreed { $span } is over and nobody has reported in for { $id }. If nobody came, tap “Nobody met” and staff will see to it.
