"""What the gates say of a project, frozen: the one value that a preview shows, a decision applies, a letter prints and a page tells."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from typing import TYPE_CHECKING, Any

import yaml

from lantian.approvals.model import Application, Change, Decision, GateAnswer
from lantian.kernel.errors import LantianError
from lantian.kernel.finding import Message

if TYPE_CHECKING:
    from lantian.app.house import House

Judge = Callable[[Application], tuple[Decision, Sequence[Change]]]
"""Answers all gates for a project, with the smallest changes that would make it pass."""


@dataclass(frozen=True)
class Gates:
    """The gates of an installation; ``judge`` is put in by whoever wants other facts than the house's."""

    house: House
    judge: Judge | None = None

    def ask(self, project: Application) -> dict[str, Any]:
        """Ask every gate and freeze what they say, under a mark that changes with any of it."""
        decision, changes = (self.judge or self._judge)(project)
        told = {
            "on": decision.on.isoformat(),
            "result": decision.result,
            "rests_on": list(decision.rests_on),
            "answers": [self._answer(each) for each in decision.answers],
            "changes": [{"gate": each.gate, "said": [_message(said) for said in each.said]} for each in changes],
        }
        frozen: dict[str, Any] = json.loads(json.dumps(told, ensure_ascii=False, default=str))
        return frozen | {"mark": hashlib.sha256(json.dumps(frozen, sort_keys=True).encode()).hexdigest()[:12]}

    def _judge(self, project: Application) -> tuple[Decision, Sequence[Change]]:
        facts = import_module("lantian.app.facts_of_approvals").facts_of(self.house)
        service = import_module("lantian.approvals.service")
        decision = service.decide(self.house.law, facts, project)
        return decision, () if decision.result == "pass" else service.cures(self.house.law, facts, project)

    def _answer(self, answer: GateAnswer) -> dict[str, Any]:
        about = registry().get(answer.gate, {})
        duties = self.house.duties.by_id
        texts = [
            {"id": each, "quote": f"{duties[each].lead}，{duties[each].quote}" if duties[each].lead else duties[each].quote, "english": duties[each].english}
            for each in about.get("provisions", ())
            if each in duties
        ]
        return {
            "gate": answer.gate,
            "zh": about.get("zh", answer.gate),
            "en": about.get("en", answer.gate),
            "article": about.get("article"),
            "clause": about.get("clause", ""),
            "provisions": texts,
            "result": answer.result,
            "because": [_message(each) for each in answer.because],
            "missing": list(answer.missing),
            "cure": [_message(each) for each in answer.cure],
            "provisional": answer.provisional,
            "law": [
                {"standard": each.standard, "item": each.item, "value": each.value, "unit": each.unit, "clause": each.clause, "source": each.source}
                | {"confidence": str(each.confidence)}
                for each in answer.law
            ],
        }


@cache
def registry() -> Mapping[str, Mapping[str, Any]]:
    """Read what each gate is called and which provisions it stands on."""
    path = resources.files("lantian.approvals").joinpath("gates.yaml")
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) if path.is_file() else {}
    if not isinstance(raw, dict):
        raise LantianError("gates.yaml is no table of gates")
    return raw


def _message(each: Message) -> dict[str, Any]:
    return {"key": each.key, "values": {name: _message(value) if isinstance(value, Message) else value for name, value in each.values.items()}}
