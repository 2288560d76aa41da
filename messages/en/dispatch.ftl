## Whether a message arrived.

receipt-arrived = ✓ Delivered
receipt-read = ✓ Seen
receipt-failed = ✗ Not delivered, please reach them another way

dead-letter = A message was not delivered ({ $channel }): { $why }
dead-letter-about = { $subject }: a message was not delivered ({ $channel }): { $why }
dead-letter-next = Send it again, or call and tell them
dead-why-gone = they stopped the bot, or the chat no longer exists
dead-why-unsure = the platform never confirmed it
dead-why-refused = the platform did not take it ({ $code })
dead-retry = Send again
dead-call = Call
dead-discard = Let it go
