"""The rules of emergency response: complete, sufficient, chosen, ordered, checked."""
