"""Simulated stacks: what they emit, what their loggers say of it, and the wire they say it on."""
