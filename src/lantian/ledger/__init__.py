"""The ledger: acts with actor, time and ground, each bound to the one before by a hash; records and accounts (DESIGN §4)."""

from lantian.ledger.credit_books import Credits
from lantian.ledger.model import Account, Act, Exhibit, Fault, Letter, Posted, Record, Recorded, Session, Subscription
from lantian.ledger.outbox import Outbox, put
from lantian.ledger.records import By, Follows, Records, get_in, make_in, move_in
from lantian.ledger.store import Ledger, Turn, open_ledger
from lantian.ledger.subscriptions import Subscriptions

__all__ = [
    "Account",
    "Act",
    "By",
    "Credits",
    "Exhibit",
    "Fault",
    "Follows",
    "Ledger",
    "Letter",
    "Outbox",
    "Posted",
    "Record",
    "Recorded",
    "Records",
    "Session",
    "Subscription",
    "Subscriptions",
    "Turn",
    "get_in",
    "make_in",
    "move_in",
    "open_ledger",
    "put",
]
