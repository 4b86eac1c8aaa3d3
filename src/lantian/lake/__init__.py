"""Facts: declared datasets in Delta tables, read as of a moment, computed on one of two engines (DESIGN §4, §7)."""
