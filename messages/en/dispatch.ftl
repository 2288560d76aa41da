## Whether a message arrived.

receipt-arrived = ✓ Delivered
receipt-read = ✓ Seen
receipt-failed = ✗ Not delivered, please reach them another way

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
dead-why-refused = the platform did not take it ({ $code })
dead-retry = Send again
dead-call = Call
dead-discard = Let it go

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
