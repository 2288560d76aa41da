"""What may go wrong on the way to Telegram and back."""

from __future__ import annotations

# fault → whether the call is carried out all the same
FAULTS = {
    "429": False,  # «retry_after» for the chat
    "429-all": False,  # the same for everyone
    "500": False,  # JSON that says Internal Server Error
    "502": False,  # a page of HTML
    "html": False,  # 200 with a page of HTML
    "half": True,  # an answer that breaks off in the middle
    "half-refused": False,
    "reset": False,  # the connection breaks before anything was done
    "lost": True,  # done, then the connection breaks without an answer
    "hang": False,  # no answer for ``seconds``, nothing was done
    "late": True,  # done, but the answer comes after ``seconds``, when the caller has given up
    "slow": True,  # done, the answer comes after ``seconds``
    "500-done": True,  # done, and answered with 500
}
SENDS = (
    "sendMessage",
    "sendPhoto",
    "sendVideo",
    "sendVoice",
    "sendAudio",
    "sendDocument",
    "sendMediaGroup",
    "editMessageText",
    "editMessageCaption",
    "editMessageReplyMarkup",
)
