"""Heavy-pollution warnings: levels by the rules in force, episodes, CAP and Atom messages (plan arts 26, 29, 31)."""
