"""The rules of a plan: pure functions from a provision, a date and facts to a finding (DESIGN §5, §7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from lantian.kernel.finding import Finding
from lantian.plan.model import Facts, Provision
from lantian.plan.rules.improve import improve
from lantian.plan.rules.path import follow_path
from lantian.plan.rules.yearly import rise_each_year

RULES: Mapping[str, Callable[[Provision, date, Facts], Finding]] = {"path": follow_path, "improve": improve, "yearly": rise_each_year}


def evaluate(provision: Provision, as_of: date, facts: Facts) -> Finding:
    """Judge one provision at a date by the rule it names."""
    return RULES[provision.rule](provision, as_of, facts)
