"""The fake as a process of its own: see ``tests.platforms.alone``."""

from __future__ import annotations

import asyncio

from tests.platforms.alone import Alone, arguments, given_to, stand
from tests.wecom.courier import Delivery
from tests.wecom.fake import FakeWecom
from tests.wecom.limits import NO_LIMITS
from tests.wecom.platform import Options
from tests.wecom.remote import door


class Standing(Alone, FakeWecom):
    """With what only a process of its own needs."""


def main() -> None:
    parser = arguments("tests.wecom")
    parser.add_argument("--unordered", action="store_true", help="one person's callbacks overtake each other")
    parser.add_argument("--repeats", type=float, default=0.0, help="chance that a callback comes twice")
    parser.add_argument("--answer-max-s", type=float, default=5.0, help="how long a callback waits for its answer")
    given = parser.parse_args()
    delivery = Delivery(
        answer_max_s=given.answer_max_s, ordered=not given.unordered, repeats=given.repeats, seed=given.seed
    )
    fake: Standing = Standing(
        options=Options(limits=NO_LIMITS) if given.no_limits else Options(),
        delivery=delivery,
        control=door(lambda: fake),
        **given_to(given),
    )
    asyncio.run(stand(fake))


if __name__ == "__main__":
    main()
