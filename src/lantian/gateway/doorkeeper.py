"""The thread that keeps the roster: reads admissions and registers, makes records for unknown devices, lets go what was kept for those admitted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from lantian.app.admission import ADMITTED, FLOW, Admission, Setting, ask_for, read_admissions, read_settings, waiting
from lantian.gateway.settings import GatewaySettings
from lantian.gateway.spool import Spool
from lantian.gateway.text import shown
from lantian.lake.store import Lake
from lantian.ledger import Ledger, open_ledger

log = logging.getLogger("lantian.gateway")
Renew = Callable[[Mapping[str, Admission], Mapping[str, Setting]], None]
LONGEST_NAME = 40


class Doorkeeper(threading.Thread):
    """Looks every few seconds; a fault of one round is told and does not end the looking."""

    def __init__(self, home: Path, path: Path, settings: GatewaySettings, renew: Renew, unknown: dict[str, str]) -> None:
        """``unknown`` holds devices that nobody knows, with the address of each; the hub adds to it, this thread takes out."""
        super().__init__(name="doorkeeper", daemon=True)
        self.home, self.path, self.settings, self.renew, self.unknown = home, path, settings, renew, unknown
        self.stop = threading.Event()
        self.lake = Lake(home)
        self.ledger: Ledger | None = None
        self.spool: Spool | None = None
        self.register: dict[str, Setting] = {}
        self.roster: dict[str, Admission] = {}
        self.asked: set[str] = set()
        self._marks: tuple[object, object] = (None, None)
        self._full = False

    def run(self) -> None:
        """Look until told to stop."""
        while not self.stop.is_set():
            try:
                self.look()
            except Exception:
                log.exception("admissions could not be read; trying again")
            self.stop.wait(self.settings.roster)
        for each in (self.spool, self.ledger):
            if each is not None:
                each.close()

    def look(self) -> None:
        """Read what changed, ask for those unknown, let go what was kept."""
        self.ledger = self.ledger or open_ledger(self.home)
        self.spool = self.spool or Spool(self.path)
        stamp = self.lake.stamp()
        marks = ((stamp.get("loggers"), stamp.get("outlets")), self.ledger.newest(f"{FLOW}."))
        if marks != self._marks:
            if marks[0] != self._marks[0] or self._marks[0] is None:
                self.register = read_settings(self.lake)
            simulated = [each.device for each in self.register.values() if each.simulated] if self.settings.admit_simulated else []
            self.roster = read_admissions(self.ledger, simulated)
            self._marks = marks
            self.renew(self.roster, self.register)
        self._ask(self.ledger)
        self._let_go(self.spool)

    def _ask(self, ledger: Ledger) -> None:
        """Make the records of unknown devices, so many as may wait."""
        fresh = [(device, address) for device, address in list(self.unknown.items()) if device not in self.asked and device not in self.roster]
        if not fresh:
            return
        room = self.settings.waiting - waiting(ledger)
        if room < len(fresh) and not self._full:
            log.error("%d unknown devices, and only %d more may wait for admission: look at the records of devices", len(fresh), max(room, 0))
        self._full = room < len(fresh)
        for device, address in fresh[: max(room, 0)]:
            name = shown(device, LONGEST_NAME)
            ask_for(ledger, self.register.get(device, Setting(name)), shown(address), self.settings.name)
            self.asked.add(device)
            self.unknown.pop(device, None)

    def _let_go(self, spool: Spool) -> None:
        for each in spool.held():
            admission = self.roster.get(each["device"])
            if each["why"] in ("waiting", "suspended") and admission is not None and admission.state == ADMITTED:
                right = [password for password in spool.passwords(each["device"]) if admission.right(password)]
                if right:
                    count = spool.release(each["device"], right, each["why"])
                    log.warning("%s is admitted: %d frames kept for it go to the lake", shown(each["device"]), count)
