"""Rules of access broken one by one, as a change of text, and the tests which must notice.

Each mutant drops or widens one rule. ``old`` stands in the file exactly once. ``tests`` is what pytest is given, ``on``
which of them: on SQLite, unless only PostgreSQL can notice.
"""

from __future__ import annotations

from dataclasses import dataclass

CELLS = "tests/conversations/test_access.py"
ROUTES = "tests/conversations/test_access_routes.py"
TOKENS = "tests/conversations/test_access_tokens.py"
ANSWERS = "tests/conversations/test_answer_button.py"
FRONTS = "tests/conversations/test_access_fronts.py"
READING = "tests/conversations/test_access_reading.py"
SHOWN = "tests/conversations/test_referral_shown.py"
STAGES = "tests/domain/test_referrals.py"
SHOP = "tests/channels/test_shop.py"
BOOKINGS = "tests/conversations/test_bookings.py"
OFFERS = "tests/conversations/test_offers.py"
MASKS = "tests/conversations/test_masked_words.py"
WALKS = "tests/conversations/test_properties.py"
STATES = "tests/domain/test_states.py"
REQUESTS = "tests/domain/test_requests.py"


@dataclass(frozen=True)
class Mutant:
    """One broken rule."""

    name: str
    file: str
    old: str
    new: str
    tests: str
    on: str = "not postgres"


MINE_INSTALLER = '(:installer AND (r.installer_id = :viewer OR EXISTS (SELECT 1"'

MUTANTS = (
    # who sees a request
    Mutant(
        "everybody reads every request",
        "storage/requests.py",
        '" AND (:staff OR r.home',
        '" AND (TRUE OR r.home',
        READING,
    ),
    Mutant(
        "who left still reads",
        "storage/requests.py",
        " OR (:installer AND (r.installer_id",
        " OR (TRUE AND (r.installer_id",
        READING,
    ),
    Mutant(
        "an offer that ended still shows",
        "storage/requests.py",
        "AND o.installer_id = :viewer AND o.state = 'open'))))\"",
        'AND o.installer_id = :viewer))))"',
        READING,
    ),
    Mutant(
        "everybody finds", "storage/requests.py", "if not viewer.role.is_staff or not grams:", "if not grams:", READING
    ),
    Mutant(
        "everybody reads the queue",
        "storage/requests.py",
        "r.state = :state AND :staff AND",
        "r.state = :state AND",
        READING,
    ),
    Mutant(
        "everybody counts",
        "storage/requests.py",
        "if not viewer.role.is_staff:\n            return {}",
        "pass",
        READING,
    ),
    Mutant(
        "who was never offered it hears it is taken",
        "storage/requests.py",
        ' AND o.installer_id = :viewer",',
        '",',
        CELLS,
    ),
    Mutant("everybody sees every file", "storage/files.py", "AND (:staff OR EXISTS", "AND (TRUE OR EXISTS", READING),
    Mutant(
        "a file of a request is for every installer",
        "storage/files.py",
        "(r.installer_id = :viewer OR",
        "(TRUE OR",
        READING,
    ),
    Mutant(
        "who left fetches files as before",
        "bot/desk.py",
        "person.role if person and person.active",
        "person.role if person",
        READING,
    ),
    Mutant(
        "who left enters the staff room",
        "bot/desk.py",
        "person is not None and person.active and",
        "person is not None and",
        READING,
    ),
    # who acts, and from where
    Mutant(
        "who left acts as before",
        "handlers/turn.py",
        "self.person.active and (not self.inbound",
        "(not self.inbound",
        CELLS,
    ),
    Mutant(
        "staff are staff in any group",
        "handlers/turn.py",
        '(not self.inbound.group or self.purpose == "staff")',
        "True",
        CELLS,
    ),
    Mutant(
        "a promoted installer keeps the job",
        "handlers/turn.py",
        "installer = self.viewer.role is Role.INSTALLER",
        "installer = True",
        CELLS,
    ),
    Mutant("every place will do", "handlers/turn.py", "if here & route.where and turn", "if turn", ROUTES),
    Mutant(
        "every role will do",
        "handlers/turn.py",
        "here & route.where and turn.viewer.role in route.roles",
        "here & route.where",
        ROUTES,
    ),
    Mutant(
        "homeowners act in the group",
        "handlers/__init__.py",
        '"request.*", requests.act)',
        '"request.*", requests.act, ANYONE, EVERYWHERE)',
        CELLS,
    ),
    Mutant(
        "staff make binding codes",
        "handlers/__init__.py",
        "people.bind_code, ADMINS",
        "people.bind_code, STAFF",
        ROUTES,
    ),
    Mutant("staff invite", "handlers/__init__.py", "people.invite, MANAGERS", "people.invite, STAFF", ROUTES),
    Mutant(
        "everybody reads the queue by button",
        "handlers/__init__.py",
        "triage.queue, STAFF",
        "triage.queue, ANYONE",
        ROUTES,
    ),
    Mutant("everybody is a candidate", "domain/requests.py", "if person.id in offered:", "if True:", REQUESTS),
    Mutant(
        "staff may what managers may", "domain/requests.py", "person.role.is_manager:", "person.role.is_staff:", CELLS
    ),
    Mutant(
        "time has an account",
        "domain/requests.py",
        "if person.id and person.id == request.installer_id",
        "if person.id == request.installer_id",
        REQUESTS,
    ),
    Mutant("no rule about who", "domain/requests.py", "if row.may & who]", "]", CELLS),
    # buttons
    Mutant(
        "a token works in every chat",
        "bot/pipeline.py",
        "pressed is None or pressed.place != (inbound.pressed_at or inbound.place)",
        "pressed is None",
        TOKENS,
    ),
    Mutant(
        "a card of the group is for whoever names it",
        "bot/pipeline.py",
        "if not await self._may_press_from_afar(store, turn):",
        "if False:",
        FRONTS,
    ),
    Mutant(
        "a card of the group is for all who work here",
        "bot/pipeline.py",
        "turn.staff_here and turn.viewer.role.is_staff",
        "turn.staff_here",
        FRONTS,
    ),
    Mutant(
        "a group that serves nothing has cards",
        "bot/pipeline.py",
        'return await store.groups.purpose(there) == "staff"',
        "return True",
        FRONTS,
    ),
    Mutant(
        "a number chooses what others were offered",
        "storage/posted.py",
        '" FROM outbox WHERE channel = :channel AND chat = :chat AND token IS NOT NULL"',
        '" FROM outbox WHERE channel = :channel AND token IS NOT NULL"',
        FRONTS,
    ),
    Mutant(
        "an account counts on every platform",
        "storage/people.py",
        '_BY_ACCOUNT: LiteralString = " WHERE a.channel = :channel AND a.account = :account"',
        '_BY_ACCOUNT: LiteralString = " WHERE a.account = :account"',
        FRONTS,
    ),
    Mutant("a forged number crashes", "storage/posted.py", "index.isascii() and index.isdigit() and", "", TOKENS),
    Mutant(
        "an answer counts for another request",
        "handlers/dialogs.py",
        'turn.args.get("form"), turn.subject, turn',
        'turn.args.get("form"), turn.talk.subject, turn',
        TOKENS,
    ),
    Mutant(
        "who left invites",
        "handlers/people.py",
        'if Role(answers["role"]) not in _invitable(turn):',
        "if False:",
        TOKENS,
    ),
    Mutant(
        "who left files for callers",
        "handlers/behalf.py",
        "if not draft.turn.viewer.role.is_staff:",
        "if False:",
        TOKENS,
    ),
    Mutant(
        "who left answers",
        "handlers/answers.py",
        "if not turn.viewer.role.is_staff:",
        "if False:",
        ANSWERS,
    ),
    # the table
    Mutant(
        "homeowners claim",
        "domain/states.py",
        '"claim", S.TRIAGED, W.STAFF',
        '"claim", S.TRIAGED, W.STAFF | W.HOMEOWNER',
        CELLS,
    ),
    Mutant("staff restore", "domain/states.py", "S.TRIAGED, W.MANAGER", "S.TRIAGED, W.MANAGER | W.STAFF", STATES),
    Mutant(
        "homeowners cancel on the way",
        "domain/states.py",
        '"cancel", S.CANCELLED, W.STAFF, EVERYONE,',
        '"cancel", S.CANCELLED, W.STAFF | W.HOMEOWNER, EVERYONE,',
        STATES,
    ),
    Mutant(
        "everybody expires offers",
        "domain/states.py",
        '"expire", S.TRIAGED, W.TIME',
        '"expire", S.TRIAGED, W.TIME | W.HOMEOWNER',
        CELLS,
    ),
    Mutant(
        "a job is taken without an offer",
        "domain/states.py",
        '"accept", S.ACCEPTED, W.CANDIDATE',
        '"accept", S.ACCEPTED, W.CANDIDATE | W.STAFF',
        CELLS,
    ),
    Mutant(
        "any code opens the door",
        "domain/guards.py",
        "if hmac.compare_digest(request.code.encode(), now.code.encode())",
        "if True",
        STATES,
    ),
    # referrals and orders
    Mutant(
        "everybody reads every referral",
        "storage/referrals.py",
        '" AND (:staff OR r.referrer_id = :viewer)"',
        '" AND (:staff OR r.referrer_id = :viewer OR TRUE)"',
        SHOWN,
    ),
    Mutant(
        "a manager decides about themselves",
        "domain/referrals.py",
        "or (step.may is Party.MANAGER and by.person_id == referral.referrer_id)",
        "",
        STAGES,
    ),
    Mutant("anybody decides about referrals", "domain/referrals.py", "not step.may & by.party or", "False or", STAGES),
    Mutant(
        "staff review",
        "handlers/__init__.py",
        '"referral.clear", reviews.act, MANAGERS',
        '"referral.clear", reviews.act, STAFF',
        ROUTES,
    ),
    Mutant("a reward without a paid order", "domain/referral_rules.py", "        and referral.order_id\n", "", STAGES),
    Mutant("a reward before the cooling-off", "domain/referral_rules.py", "        and at >= cooled\n", "", STAGES),
    Mutant(
        "the shop needs no secret",
        "bot/channels/shop.py",
        'if not hmac.compare_digest(expected.encode(), call.headers[SIGNATURE].encode(errors="replace")):',
        "if False:",
        SHOP,
    ),
    Mutant("an old signature is good", "bot/channels/shop.py", "<= FRESH_S", "<= FRESH_S * 1000", SHOP),
    # what cards tell
    Mutant(
        "a supplement tells the group the phone",
        "handlers/supplements.py",
        "quote(masked(request, said))",
        "quote(said)",
        MASKS,
    ),
    Mutant(
        "the group reads reasons as written",
        "handlers/facts.py",
        "masked(request, reason) if request else reason",
        "reason",
        MASKS,
    ),
    Mutant(
        "an offer tells the phone",
        "handlers/job_cards.py",
        "quote(mask_words(request.description, request.phone, request.door))",
        "quote(request.description)",
        MASKS,
    ),
    Mutant(
        "a call ends an offer",
        "handlers/offers.py",
        'if moved.before.state is request.state and action not in ("decline", "expire"):',
        "if False:",
        OFFERS,
    ),
    Mutant(
        "installers are offered their own requests",
        "handlers/offers.py",
        "(request.installer_id, request.homeowner_id)",
        "(request.installer_id,)",
        OFFERS,
    ),
    Mutant(
        "complaints close by time",
        "domain/guards.py",
        "if request.type == COMPLAINT else None\n\n\ndef first_try",
        "if False else None\n\n\ndef first_try",
        STATES,
    ),
    Mutant(
        "staff take complaints",
        "domain/guards.py",
        "fit = request.type != COMPLAINT or",
        "fit = True or",
        STATES,
    ),
    Mutant(
        "calendars are not looked at",
        "handlers/requests.py",
        "if any(window.overlaps(other) for other in busy):",
        "if False:",
        BOOKINGS,
    ),
    Mutant(
        "nobody counts", "storage/requests.py", "if moved.before.state is not moved.request.state:", "if False:", WALKS
    ),
)
"""Every rule of access that stands in one place, broken."""

SAMPLE = ("everybody reads every request", "a token works in every chat")
"""Those which every run tries; ``make mutants`` tries all."""
