"""Assessment of provinces: yearly and final scores (plan arts 27, 28)."""
