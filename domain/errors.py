"""Everything that may be refused or may fail, in one tree.

::

    Refused                    a rule says no; undone, then said to the person
      NotFound                 absent, or not for this viewer: the two answer alike
      NotPossible              not in this state
      NotAllowed               not for this role
      Stale                    somebody was faster; the row has changed since it was read
      Invalid                  an answer that cannot be used, with what would be
    Unparseable                an update that the channel's adapter does not understand
    SendFailed                 a channel did not take a message
      Throttled                later: the platform names the seconds and the scope
      Temporary                later, with a growing pause
        Busy                   later: we have no room for it, and nothing was sent
      Permanent                never: blocked, chat gone, topic deleted
      Malformed                the platform refuses the markup: send plain
      Moved                    the chat has another id: send there
      ThreadGone               the topic was deleted: make it anew
      ThreadClosed             the topic is closed: open it first
      NoThreads                the group has no topics, or we may not make them: send without
      WindowShut               nothing may be sent to this person until they do something: another way
    FetchFailed                a file that was sent to us cannot be had now
    Undrawn                    a picture is wanted that is not drawn yet; undone, drawn, and handled again
"""

from __future__ import annotations

from domain.chat import Text
from domain.drawing import Drawing


class Refused(Exception):
    """A rule says no. ``text`` is what the person reads: why, and what is possible instead."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.id)
        self.text = text


class NotFound(Refused):
    """There is no such thing, or this viewer may not know of it."""


class NotPossible(Refused):
    """The thing is in a state which does not allow this."""


class NotAllowed(Refused):
    """This person's role does not allow this."""


class Stale(Refused):
    """Somebody changed it first."""


class Invalid(Refused):
    """An answer that cannot be used."""


class Unparseable(Exception):
    """An update that cannot be understood; it is kept and passed by."""


class SendFailed(Exception):
    """A channel did not take a message. ``code`` is short and free of personal data («403», «timeout»)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Throttled(SendFailed):
    """The platform asks for a pause of ``retry_after_s`` seconds, for one chat or for ``everyone``."""

    def __init__(self, code: str, retry_after_s: float, everyone: bool = False) -> None:
        super().__init__(code)
        self.retry_after_s = retry_after_s
        self.everyone = everyone


class Temporary(SendFailed):
    """A fault that may pass: 5xx, a reset, a time-out. The message may have arrived all the same."""


class Busy(Temporary):
    """Too much of the kind is under way. Nothing was sent; it says nothing of the platform or of the message."""


class Permanent(SendFailed):
    """A fault that stays: the person blocked us, the chat is gone."""


class Malformed(SendFailed):
    """The platform refuses the text's markup."""


class Moved(SendFailed):
    """The chat is known as ``to`` from now on."""

    def __init__(self, code: str, to: str) -> None:
        super().__init__(code)
        self.to = to


UNSURE = frozenset({"timeout", "reset", "crash"})
"""The codes after which it may have arrived, or been done, all the same: after any other it certainly was not."""


class ThreadGone(SendFailed):
    """The topic is not there any more."""


class ThreadClosed(SendFailed):
    """The topic takes no messages."""


class NoThreads(SendFailed):
    """The group has no topics, or we have no right to make them."""


class WindowShut(SendFailed):
    """The platform takes nothing for this person now, because they did nothing lately or because it was enough."""


class FetchFailed(Exception):
    """A file cannot be had from the platform now; later perhaps. ``code`` is free of personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Undrawn(Exception):
    """A handler wants to send what is not drawn yet. Nobody reads of it: the message is handled again with it."""

    def __init__(self, drawing: Drawing) -> None:
        super().__init__(drawing.kind)
        self.drawing = drawing
