"""Disclosure: what is published when, by whom, and how it is corrected (plan art. 25)."""
