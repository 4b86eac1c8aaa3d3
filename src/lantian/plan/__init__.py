"""The plan: provisions, targets, scopes, and findings that say whether each is kept and why."""
