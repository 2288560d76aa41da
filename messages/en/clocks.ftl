## A promise's clock rings.

clock-first-remind = { $minutes ->
    [one] Nobody has answered { $id } yet, and one minute is left. Please claim it and contact the homeowner now.
   *[other] Nobody has answered { $id } yet, and { $minutes } minutes are left. Please claim it and contact the homeowner now.
}
clock-first-breach = { $minutes ->
    [one] We promised an answer within one minute, and nobody has contacted the homeowner of { $id }. The managers know. Please call now.
   *[other] We promised an answer within { $minutes } minutes, and nobody has contacted the homeowner of { $id }. The managers know. Please call now.
}
clock-first-sorry = We promised you an answer by now and did not keep it. We are sorry. The manager knows and will see that you are contacted; you can also call { $phone }.
clock-closing-soon = { $hours ->
    [one] Is { $id } working well? If nothing new comes in within an hour, it counts as completed. If not, tap Not fixed.
   *[other] Is { $id } working well? If nothing new comes in within { $hours } hours, it counts as completed. If not, tap Not fixed.
}
page-emergency = Emergency: { $id }. Somebody may get hurt or the home damaged. Please contact the homeowner now.
clock-late = The agreed { $span } is over and { $id } has no arrival yet. If nobody came, tap “Nobody met” and staff will see to it.
