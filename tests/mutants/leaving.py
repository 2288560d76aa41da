"""What somebody loses who does not work here any more, kept for them one by one."""

from __future__ import annotations

from tests.mutants.table import ROUTES, Mutant

LEAVES = "tests/conversations/test_leaving.py"
HANDLER, KEPT = "handlers/leaving.py", "storage/leaving.py"

LEAVING = (
    Mutant("staff dismiss", "handlers/__init__.py", "leaving.start, MANAGERS", "leaving.start, STAFF", ROUTES),
    Mutant("staff are sure", "handlers/__init__.py", "leaving.dismiss, MANAGERS", "leaving.dismiss, STAFF", ROUTES),
    Mutant(
        "managers dismiss managers",
        HANDLER,
        "Role.MANAGER: (Role.INSTALLER, Role.STAFF)",
        "Role.MANAGER: (Role.INSTALLER, Role.STAFF, Role.MANAGER, Role.ADMIN)",
        LEAVES,
    ),
    Mutant("people dismiss themselves", HANDLER, "    if person.id == turn.person.id:", "    if False:", LEAVES),
    Mutant("twice is twice", HANDLER, "if person.active and person.role is not Role.HOMEOWNER:", "if True:", LEAVES),
    Mutant("a number is kept for good", HANDLER, 'number="", ', "", LEAVES),
    Mutant("forms go on", HANDLER, "    await leaving.end_talks(person.id)\n", "", LEAVES),
    Mutant(
        "only private forms end",
        KEPT,
        "WHERE id = :id OR id LIKE :id || '@%'",
        "WHERE id = :id",
        LEAVES,
    ),
    Mutant("what waits is sent", HANDLER, "    await leaving.end_messages(person.id, turn.now)\n", "", LEAVES),
    Mutant(
        "their invitations stay good",
        KEPT,
        '" AND expires_at > :now AND made_by = :id"',
        '" AND expires_at > :now AND made_by = :id AND FALSE"',
        LEAVES,
    ),
    Mutant(
        "an invitation for themselves stays good",
        KEPT,
        "AND facts ->> 'phone' = :phone",
        "AND FALSE AND facts ->> 'phone' = :phone",
        LEAVES,
    ),
    Mutant(
        "an offer waits until its time",
        HANDLER,
        "if not await store.offers.open(request_id):",
        "if False:",
        LEAVES,
    ),
    Mutant(
        "who is asked along is asked no more",
        HANDLER,
        "if not await store.offers.open(request_id):",
        "if True:",
        LEAVES,
    ),
    Mutant(
        "an offer to who left is open",
        HANDLER,
        '        await store.offers.answer(request_id, person.id, "withdrawn")\n',
        "",
        LEAVES,
    ),
    Mutant(
        "who left hears of their jobs",
        "storage/people.py",
        "AND active AND role <> 'homeowner'\"",
        'AND active"',
        LEAVES,
    ),
    Mutant(
        "the homeowner waits for who left",
        "handlers/cards.py",
        "is Who.INSTALLER and not known.gone(request.installer_id)",
        "is Who.INSTALLER",
        LEAVES,
    ),
    Mutant(
        "the homeowner asks who left",
        "handlers/cards.py",
        "request.claimed_by and not known.gone(request.claimed_by)",
        "request.claimed_by",
        LEAVES,
    ),
)
"""Each rule that stands in one place, broken."""
