"""Emission sources: who emits where, what their devices sent, what is valid, what exceeds, how much."""
