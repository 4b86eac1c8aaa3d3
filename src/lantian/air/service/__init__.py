"""Use cases of the ambient network: read through the lake, apply the rules, answer."""
