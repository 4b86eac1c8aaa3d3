"""Use cases of the plan: findings of the goals and of the articles, as plain data."""

from lantian.plan.service.goals import as_json, findings, narrow, provision_json

__all__ = ["as_json", "findings", "narrow", "provision_json"]
