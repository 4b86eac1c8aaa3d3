"""Pure rules of ambient air, named as the standards name them; no clock, file or database inside."""
