"""Letters to the enterprise of a case: what was done, what it costs, until when; never what the office keeps to itself."""

from __future__ import annotations

from typing import Any

from lantian.app.case_papers import PAPERS
from lantian.app.post import MAIL, WEBHOOK
from lantian.app.settings import site_address
from lantian.ledger import Letter, Record

TOLD = (
    "violation",
    "found_on",
    "noticed_on",
    "defend_by",
    "hearing_by",
    "decided_on",
    "amount",
    "served_on",
    "pay_by",
    "recheck_by",
    "daily",
    "rounds",
    "measures",
)
"""What a program of the enterprise is told."""
STEPS = {"notify": "notice", "serve": "decision", "daily": "daily", "measure": "measure", "close_down": "closure"}
"""Moves of which the enterprise is told, each with its paper."""


def case_letter(record: Record, contact: str, move: str) -> Letter:
    """Give the letter of a step, by mail or webhook as the contact says; its key names the version, so that each step is told once."""
    key, paper = f"case:{record.id}:{record.version}", STEPS[move]
    link = f"{site_address()}/case/{record.id}"
    if contact.startswith(("http://", "https://")):
        told = {name: record.body[name] for name in TOLD if record.body.get(name) is not None}
        return Letter(key, WEBHOOK, contact, {"type": "case", "id": record.id, "step": move, "case": told, "paper": f"{link}/{paper}.pdf"}, record.id)
    text = f"{PAPERS[paper][0]}\n{record.body['title']}\n{_said(move, record.body)}\n\n{link}\n{link}/{paper}.pdf\n"
    return Letter(key, MAIL, contact, {"subject": f"{PAPERS[paper][0]} {record.id}", "text": text}, record.id)


def _said(move: str, body: dict[str, Any]) -> str:
    if move == "notify":
        return f"{body['defend_by']} 前可以陈述申辩。You may state a defence until {body['defend_by']}."
    if move == "serve":
        return f"罚款 {body['amount']} 元，{body['pay_by']} 前缴纳。A fine of {body['amount']} CNY, to be paid by {body['pay_by']}."
    if move == "daily":
        whole = body["daily"]
        return f"按日连续处罚 {whole['days']} 日，共 {whole['total']} 元。Fined for {whole['days']} days, {whole['total']} CNY in all."
    return ""
