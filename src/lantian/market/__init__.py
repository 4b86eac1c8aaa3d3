"""The market room: the discharge levy, the environmental protection tax, and the premiums of clean power (plan arts 19–20)."""
