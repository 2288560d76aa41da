"""Staff and an installer on WeCom, a homeowner by its customer service: over HTTP both ways, before the strict fake."""

from __future__ import annotations

from pathlib import Path

from storage.database import Database
from tests.channels.wecom_rig import STAFF_CHAT, rig


async def test_a_request_from_end_to_end(database: Database, tmp_path: Path) -> None:
    """A homeowner reports by customer service; staff claim and offer on cards of the group, an installer accepts."""
    async with rig(database, tmp_path) as here:
        await here.joins("sam", "sue", "max", "zhang")
        hana = await here.customer()
        await here.bound()

        await hana.says("厨房水龙头一直滴水，明天下午有空")
        await here.settle()
        for i in range(6):
            last = hana.heard[-1]
            print("HANA", (last.text, last.buttons))
            b = [x for x in last.buttons if x not in ("不填了",)]
            await hana.choose(b[0])
            await here.settle()
            if "提交" in last.text:
                break
        for p in hana.heard:
            print("HANA*", p.kind, (p.text, p.buttons))
        for w in ("sam", "sue", "zhang"):
            for p in here.fake.members[w].heard:
                print(w, p.kind, (p.text, p.buttons), p.body)
        print(here.in_group("sam"))

        async def go(who, label):
            print("----", who, label)
            seen = {w: len(m.reads) for w, m in here.fake.members.items()}
            await here.fake.members[who].press(label)
            await here.settle()
            for w, m in here.fake.members.items():
                for p in m.reads[seen[w] :]:
                    print(w, p.kind, p.text, p.buttons)
                c = [p for p in m.reads if p.card]
                if c:
                    print(w, "card", c[-1].text.replace(chr(10), "|"), c[-1].buttons, c[-1].edits)

        await go("sam", "认领")
        await go("sue", "派单")
        print(here.in_group("sam"))
        for p in hana.heard[-3:]:
            print("HANA*", p.kind, (p.text, p.buttons))
        print([e.line() for e in here.fake.journal.of("folded")])
