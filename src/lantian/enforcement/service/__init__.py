"""Enforcement put together: the working calendar and the terms of a case from the law."""
