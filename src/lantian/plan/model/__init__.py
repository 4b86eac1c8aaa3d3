"""The nouns of the plan: provisions with their targets, bases and paths, and the facts they ask for."""

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

__all__ = ["Base", "Facts", "Measure", "Measured", "Path", "Plan", "Provision", "Scope", "Stated", "Strictness", "TableFacts", "Target", "Text"]
