"""The nouns of the plan: provisions with their targets, bases and paths, and the facts they ask for."""

from lantian.plan.model.duty import Article, Duty, DutyScope, Indicator, Need, Section
from lantian.plan.model.facts import Facts, Measured, TableFacts
from lantian.plan.model.provision import (
    Base,
    Measure,
    Path,
    Plan,
    Provision,
    Scope,
    Stated,
    Strictness,
    Target,
    Text,
)

__all__ = [
    "Article",
    "Base",
    "Duty",
    "DutyScope",
    "Facts",
    "Indicator",
    "Measure",
    "Measured",
    "Need",
    "Path",
    "Plan",
    "Provision",
    "Scope",
    "Section",
    "Stated",
    "Strictness",
    "TableFacts",
    "Target",
    "Text",
]
