"""The repositories of what comes in and what goes out, under one name."""

from storage.inbox import Failure, Inbox, Replay
from storage.lanes import Claimed, Lanes
from storage.letters import DeadLetters
from storage.outbox import Heard, Outbox, Posted, Pressed, buttons, receipt

__all__ = [
    "Claimed",
    "DeadLetters",
    "Failure",
    "Heard",
    "Inbox",
    "Lanes",
    "Outbox",
    "Posted",
    "Pressed",
    "Replay",
    "buttons",
    "receipt",
]
