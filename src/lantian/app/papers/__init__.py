"""Papers: score sheets, official letters and bulletins as PDF, set with typst in the committed font."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import typst

FOLDER = Path(__file__).parent


def paper(name: str, data: Mapping[str, Any], form: Literal["pdf", "png"] = "pdf") -> bytes:
    """Set a paper (score, letter or bulletin) from data; what the data say is text, never markup. ``form`` is pdf or png (first page)."""
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    made = typst.compile(
        str(FOLDER / f"{name}.typ"), root=str(FOLDER), font_paths=[str(FOLDER / "fonts")], ignore_system_fonts=True, format=form, sys_inputs=inputs
    )
    pages = made if isinstance(made, list) else [made]
    return bytes(pages[0] or b"")
