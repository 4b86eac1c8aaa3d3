"""The ledger: acts with actor, time and ground, each bound to the one before by a hash; records and accounts (DESIGN §4)."""

from lantian.ledger.model import Account, Act, Exhibit, Fault, Record, Recorded, Session
from lantian.ledger.records import By, Records
from lantian.ledger.store import Ledger, open_ledger

__all__ = ["Account", "Act", "By", "Exhibit", "Fault", "Ledger", "Record", "Recorded", "Records", "Session", "open_ledger"]
