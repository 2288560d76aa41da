"""The fake as a process of its own: see ``tests.platforms.alone``. Prints the settings of an app of it as well."""

from __future__ import annotations

import asyncio

from tests.platforms.alone import Alone, arguments, given_to, stand
from tests.wechat.budget import NONE, WINDOWS
from tests.wechat.fake import FakeWechat
from tests.wechat.platform import Options
from tests.wechat.remote import door


class Standing(Alone, FakeWechat):
    """With what only a process of its own needs."""

    def waiting(self) -> int:
        """How many acts are not answered and not given up."""
        return len(self.postman.pending)


def main() -> None:
    parser = arguments("tests.wechat")
    parser.add_argument("--callback", default="", help="where the app listens: http://127.0.0.1:8000/wechat")
    parser.add_argument("--answer-s", type=float, default=5.0, help="how long the platform waits for an answer")
    parser.add_argument("--unordered", action="store_true", help="a person's acts overtake each other")
    given = parser.parse_args()
    windows = NONE if given.no_limits else WINDOWS
    fake: Standing = Standing(
        options=Options(windows=windows, answer_s=given.answer_s, ordered=not given.unordered),
        control=door(lambda: fake),
        **given_to(given),
    )

    def told() -> str:
        if given.callback:
            fake.connect(given.callback)
        return f"app_id={fake.app_id} app_secret={fake.secret} token={fake.token} aes_key={fake.aes_key}"

    asyncio.run(stand(fake, told))


if __name__ == "__main__":
    main()
