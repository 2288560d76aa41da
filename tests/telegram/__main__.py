"""The fake as a process of its own: see ``tests.platforms.alone``."""

from __future__ import annotations

import asyncio

from tests.platforms.alone import Alone, arguments, given_to, stand
from tests.telegram.fake import TOKEN, FakeTelegram
from tests.telegram.limits import NO_LIMITS
from tests.telegram.platform import Options
from tests.telegram.queue import Delivery
from tests.telegram.remote import door


class Standing(Alone, FakeTelegram):
    """With what only a process of its own needs."""

    async def move(self, seconds: float) -> None:
        """Let the platform's clock run ahead."""
        await super().move(seconds)
        self.queue.forget_old()

    def left(self) -> int:
        """How many updates the bot has not confirmed."""
        return len(self.queue.pending)


def main() -> None:
    parser = arguments("tests.telegram")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--unordered", action="store_true", help="webhook: a chat's updates overtake each other")
    parser.add_argument("--repeats", type=float, default=0.0, help="webhook: chance that an update comes twice")
    given = parser.parse_args()
    fake: Standing = Standing(
        options=Options(limits=NO_LIMITS) if given.no_limits else Options(),
        delivery=Delivery(ordered=not given.unordered, repeats=given.repeats, seed=given.seed),
        token=given.token,
        control=door(lambda: fake),
        **given_to(given),
    )
    asyncio.run(stand(fake))


if __name__ == "__main__":
    main()
