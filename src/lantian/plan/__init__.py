"""The plan: provisions as data, and findings that say whether each is kept and why."""
