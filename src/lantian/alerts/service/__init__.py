"""Use cases of warnings."""

from lantian.alerts.service.desk import Question, advice, answer, propose, region
from lantian.alerts.service.edition import Choices, Edition, editions, rules_in_force, rules_named

__all__ = ["Choices", "Edition", "Question", "advice", "answer", "editions", "propose", "region", "rules_in_force", "rules_named"]
