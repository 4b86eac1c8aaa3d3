"""Use cases of emission sources: read through the stores, apply the rules, write."""
