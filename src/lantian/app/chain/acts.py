"""Acting in the chain: each step is one act under its own key in the ledger, so that a step done once is never done again."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lantian.app.acting import NotAllowedError, now
from lantian.app.chain.people import BEIJING, person
from lantian.app.drafting import Drafts
from lantian.app.house import House
from lantian.app.signing import doubtful, sign_as, subject_of
from lantian.ledger import By, Record

ORIGIN = "lantian demo chain 模拟"
KEY = "chain:2015-12:"
UNSIGNED = "acting.not_signed_off"
STOP = "LANTIAN_CHAIN_STOP"
"""``step:before``, ``step:after`` or a point within a step: where the process ends itself without warning, for the test of faults."""


def stop_at(point: str) -> None:
    """End this process without warning where the environment asks for it."""
    if os.environ.get(STOP) == point:
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class Acts:
    """The acts of the chain in an installation; ``clock`` is the moment the warning is decided at."""

    house: House
    clock: datetime

    def key(self, step: str) -> str:
        """Name a step for ever."""
        return f"{KEY}{step}"

    def subject(self, once: str) -> str | None:
        """Give the record that an intent acted on, if it did."""
        with self.house.desk.ledger.turn() as turn:
            known = turn.done(once)
        return None if known is None else known.act.subject

    def made(self, step: str) -> str:
        """Give the record that a step made or moved; the step was done."""
        found = self.subject(self.key(step))
        if found is None:
            raise LookupError(f"the step {step} was not done")  # pragma: no cover - steps are in order
        return found

    def make(self, step: str, who: str, flow: str, given: Mapping[str, str], firm: str | None = None) -> Record:
        """Make a record as somebody."""
        return self._drafts(flow).make(person(who, firm), flow, BEIJING, given, self._by(step, who, ""))

    def move(self, step: str, who: str, id: str, move: str, ground: str = "", firm: str | None = None, **given: str) -> Record:  # noqa: A002 - the record's id
        """Move a record as somebody, from where it stands; law values that close the move are signed off in the simulation first."""
        held, by = self.house.desk.records.get(id), self._by(step, who, ground)
        signed: set[str] = set()
        while True:
            try:
                return self._drafts(held.flow).move(person(who, firm), id, held.version, move, given, by)
            except NotAllowedError as refused:
                asked = set(refused.reason.values["values"]) if refused.reason.key == UNSIGNED else set()
                if not asked - signed:
                    raise
            self._sign_off(asked)
            signed |= asked

    def attach(self, who: str, id: str, text: str) -> None:  # noqa: A002 - the record's id
        """Attach a simulated proof; the same file again stays once."""
        self.house.desk.attach(person(who), id, "模拟证明.txt", io.BytesIO(f"模拟 simulated\n{text}\n".encode()), self._by(None, who, ""))

    def _sign_off(self, subjects: Iterable[str]) -> None:
        """Sign off, in the simulation, law values that close a move; the ground says that nobody compared them."""
        asked = set(subjects)
        for value in doubtful(self.house.law):
            if subject_of(value) in asked:
                sign_as(self.house.desk.ledger, value, person("部委甲").name, ORIGIN, "模拟签认，未与正式文本核对", now())
        self.house.relearn_law()

    def _drafts(self, flow: str) -> Drafts:
        return (self.house.at(self.clock) if flow in ("warning", "response_plan", "order") else self.house).drafts

    def _by(self, step: str | None, who: str, ground: str) -> By:
        return By(person(who).name, ORIGIN, f"模拟：{ground}" if ground else "", now(), None if step is None else self.key(step))
