"""Outlines of places as GeoJSON geometries: the four municipalities, sketched; of other places none is at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any


@cache
def _outlines() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(resources.files("lantian.places").joinpath("data/outlines.json").read_text(encoding="utf-8"))
    return found


def outline_of(code: str) -> Mapping[str, Any] | None:
    """Give the outline of a place [degrees, longitude first], or None where none is known."""
    return _outlines().get(code)
