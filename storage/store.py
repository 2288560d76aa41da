"""All repositories over one open transaction."""

from __future__ import annotations

from storage.albums import Albums
from storage.bank_reports import BankReports
from storage.board import Board
from storage.budgets import Budgets
from storage.chats import Chats
from storage.codes import Codes
from storage.consents import Consents
from storage.conversations import Conversations
from storage.cursors import Cursors
from storage.database import Connection
from storage.fairness import Fairness
from storage.files import Files
from storage.groups import Groups
from storage.handing import Handing
from storage.homes import Homes
from storage.ideas import Ideas
from storage.inbox import Inbox
from storage.leases import Leases
from storage.ledger import Ledger
from storage.ledger_proposals import Proposals
from storage.letters import DeadLetters
from storage.moves import Moves
from storage.offers import Offers
from storage.orders import Orders
from storage.outbox import Outbox
from storage.paces import Paces
from storage.people import People
from storage.referrals import Referrals
from storage.referrers import Referrers
from storage.requests import Requests
from storage.rewards import Rewards
from storage.scans import Scans
from storage.timers import Timers
from storage.tokens import AccessTokens
from storage.topics import Topics


class Store:
    """The unit of work: what is done through it is kept together or not at all.

    A repository is made anew each time: it is only a connection, and a cached property costs more.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def touch(self) -> None:
        """A real write which means nothing: raises what the engine raises if it cannot write."""
        await self.connection.run(
            "INSERT INTO counters (name, value) VALUES ('touched', 1)"
            " ON CONFLICT (name) DO UPDATE SET value = counters.value + 1"
        )

    @property
    def inbox(self) -> Inbox:
        """What came in."""
        return Inbox(self.connection)

    @property
    def outbox(self) -> Outbox:
        """What must go out."""
        return Outbox(self.connection)

    @property
    def handing(self) -> Handing:
        """What is given as the answer to the message that caused it."""
        return Handing(self.connection)

    @property
    def letters(self) -> DeadLetters:
        """What could not be sent."""
        return DeadLetters(self.connection)

    @property
    def timers(self) -> Timers:
        """What is due later."""
        return Timers(self.connection)

    @property
    def budgets(self) -> Budgets:
        """What may still be sent to whom."""
        return Budgets(self.connection)

    @property
    def consents(self) -> Consents:
        """What people have asked to be told, whatever is open."""
        return Consents(self.connection)

    @property
    def conversations(self) -> Conversations:
        """Open questions."""
        return Conversations(self.connection)

    @property
    def people(self) -> People:
        """People and their accounts."""
        return People(self.connection)

    @property
    def paces(self) -> Paces:
        """How often somebody did something lately."""
        return Paces(self.connection)

    @property
    def groups(self) -> Groups:
        """Group chats with a purpose."""
        return Groups(self.connection)

    @property
    def codes(self) -> Codes:
        """Single-use codes."""
        return Codes(self.connection)

    @property
    def homes(self) -> Homes:
        """Homes of people."""
        return Homes(self.connection)

    @property
    def requests(self) -> Requests:
        """Service requests."""
        return Requests(self.connection)

    @property
    def offers(self) -> Offers:
        """To whom requests are offered."""
        return Offers(self.connection)

    @property
    def files(self) -> Files:
        """Stored files."""
        return Files(self.connection)

    @property
    def leases(self) -> Leases:
        """What one worker does for all."""
        return Leases(self.connection)

    @property
    def topics(self) -> Topics:
        """Topics of groups."""
        return Topics(self.connection)

    @property
    def albums(self) -> Albums:
        """Where the parts of albums went."""
        return Albums(self.connection)

    @property
    def moves(self) -> Moves:
        """Chats that have another id."""
        return Moves(self.connection)

    @property
    def chats(self) -> Chats:
        """Chats as such."""
        return Chats(self.connection)

    @property
    def access_tokens(self) -> AccessTokens:
        """What platforms let us in with."""
        return AccessTokens(self.connection)

    @property
    def cursors(self) -> Cursors:
        """How far channels were read."""
        return Cursors(self.connection)

    @property
    def scans(self) -> Scans:
        """Codes to scan that a platform made for us."""
        return Scans(self.connection)

    @property
    def referrers(self) -> Referrers:
        """People as referrers, and who came with their codes."""
        return Referrers(self.connection)

    @property
    def referrals(self) -> Referrals:
        """Who was recommended by whom."""
        return Referrals(self.connection)

    @property
    def fairness(self) -> Fairness:
        """What speaks for and against a recommendation."""
        return Fairness(self.connection)

    @property
    def orders(self) -> Orders:
        """What was sold."""
        return Orders(self.connection)

    @property
    def rewards(self) -> Rewards:
        """What was claimed for referrals."""
        return Rewards(self.connection)

    @property
    def board(self) -> Board:
        """Who brought most."""
        return Board(self.connection)

    @property
    def ideas(self) -> Ideas:
        """What VIP design advisers propose."""
        return Ideas(self.connection)

    @property
    def ledger(self) -> Ledger:
        """Points and the renovation fund."""
        return Ledger(self.connection)

    @property
    def bank_reports(self) -> BankReports:
        """What a manager looks at."""
        return BankReports(self.connection)

    @property
    def proposals(self) -> Proposals:
        """Adjustments that wait for a second manager."""
        return Proposals(self.connection)
