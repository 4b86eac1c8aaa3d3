"""What is owed for what was emitted, and what a premium comes to: pure rules."""
