"""What may go wrong on the way to WeCom and back."""

from __future__ import annotations

# fault → whether the call is carried out all the same
FAULTS = {
    "500": False,
    "502": False,  # a page of HTML
    "html": False,  # 200 with a page of HTML
    "half": True,  # done, and the answer breaks off in the middle
    "reset": False,  # the connection breaks before anything was done
    "lost": True,  # done, then the connection breaks without an answer
    "hang": False,  # no answer for ``seconds``, nothing was done
    "late": True,  # done, but the answer comes after ``seconds``, when the caller has given up
    "errcode": False,  # 200 with ``code``; -1 is «system busy»
    "busy-done": True,  # done, and answered with -1
}
SENDS = (
    "message/send",
    "message/update_template_card",
    "appchat/send",
    "kf/send_msg",
    "kf/send_msg_on_event",
)
