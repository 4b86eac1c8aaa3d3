"""Plans as data: one folder a plan, one file a provision (DESIGN §1)."""
