"""Readers of the registers of emission sources and of the history that devices sent."""
