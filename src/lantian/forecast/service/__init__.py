"""Use cases of the forecast: train, run, verify."""
