"""The command line: every command speaks JSON, knows the clock and both languages (DESIGN §5)."""
