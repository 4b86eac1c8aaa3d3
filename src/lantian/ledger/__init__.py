"""The ledger: acts with actor, time and ground, each bound to the one before by a hash (DESIGN §4)."""

from lantian.ledger.model import Act, Fault, Recorded
from lantian.ledger.store import Ledger, open_ledger

__all__ = ["Act", "Fault", "Ledger", "Recorded", "open_ledger"]
