## Whether a message arrived.

receipt-arrived = ✓ Delivered
receipt-read = ✓ Seen
receipt-failed = ✗ Not delivered, please reach them another way
receipt-waits = ⏳ They have been silent too long, and the platform takes nothing for now. It goes as soon as they write; if they do not, you are asked to call

dead-letter = { $count ->
    [1] A message was not delivered
   *[other] { $count } messages were not delivered
} ({ $channel }): { $why }
dead-letter-about = { $subject }: a message was not delivered ({ $channel }): { $why }
dead-letter-next = Send it again, or call and tell them
dead-letter-group = It was meant for the staff group. See that the bot is still in it and may write there, then send again
dead-why-gone = they stopped the bot, or the chat no longer exists
dead-why-unsure = the platform never confirmed it
dead-why-expired = the channel was down for seven days, and they were not sent any more
dead-why-window = they have been silent too long, and the platform takes nothing for now
dead-why-paused = the platform kept us waiting, and it was not sent in time
dead-why-refused = the platform did not take it ({ $code })
dead-retry = Send again
dead-call = Call
dead-discard = Let it go

# What may still be sent to somebody: below a reply that arrived, and on the card of their request.
window-left-hours = { $count ->
    [1] one more message
   *[other] { $count } more messages
} may be sent, within { $hours ->
    [1] an hour
   *[other] { $hours } hours
}
window-left-minutes = { $count ->
    [1] one more message
   *[other] { $count } more messages
} may be sent, within { $minutes ->
    [1] a minute
   *[other] { $minutes } minutes
}
window-shut = Nothing more may be sent until they write
window-card = { $count ->
    [1] one more message
   *[other] { $count } more messages
} may be sent to the homeowner before { $until }
window-card-shut = The homeowner has been silent too long to be written to: please call

restored = The system was restored from the backup of { $at }. Requests and messages since then are not in it.
restored-inbox = { $count ->
    [1] One message was not handled at that time. It is kept apart
   *[other] { $count } messages were not handled at that time. They are kept apart
}; please ask a technician.
restored-next = Please add what is missing from the chats. In an hour the clocks run again.
restored-unsent = { $count ->
    [1] One message had not gone out at that time ({ $channel }). It may have since, so it was not sent again.
   *[other] { $count } messages had not gone out at that time ({ $channel }). They may have since, so they were not sent again.
}
restored-retry = Send all again
restored-discard = Do not send

disk-low = The disk is nearly full, { $megabytes } MB left: photos and files cannot be taken for now, texts and requests still can. Please make room or use a larger disk.
