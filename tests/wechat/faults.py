"""What may go wrong on the way to the Official Account and back."""

from __future__ import annotations

# fault → whether the call is carried out all the same
FAULTS = {
    "busy": False,  # errcode -1
    "500": False,  # JSON, but not of the platform's shape
    "502": False,  # a page of HTML
    "html": False,  # 200 with a page of HTML
    "half": True,  # an answer that breaks off in the middle
    "half-refused": False,
    "reset": False,  # the connection breaks before anything was done
    "lost": True,  # done, then the connection breaks without an answer
    "hang": False,  # no answer for ``seconds``, nothing was done
    "late": True,  # done, but the answer comes after ``seconds``, when the caller has given up
    "slow": True,  # done, the answer comes after ``seconds``
    "busy-done": True,  # done, and answered with errcode -1
    "500-done": True,  # done, and answered with 500
}
SENDS = (
    "/cgi-bin/message/custom/send",
    "/cgi-bin/message/template/send",
    "/cgi-bin/message/subscribe/bizsend",
)
