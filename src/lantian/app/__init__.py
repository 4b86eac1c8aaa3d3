"""Settings, the clock, wiring: the one floor where a store meets a domain."""
