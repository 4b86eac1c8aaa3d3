"""Enforcement: clues, cases, penalties, inspections."""
