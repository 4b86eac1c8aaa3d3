"""The one renderer of reasons: message keys and values into Chinese or English words (DESIGN §15)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from lantian.kernel.errors import LantianError, unknown
from lantian.kernel.finding import Message

LANGUAGES = ("zh", "en")
ROOMS = tuple(
    f"lantian.{room}"
    for room in (
        "air",
        "sources",
        "plan",
        "forecast",
        "assessment",
        "alerts",
        "response",
        "market",
        "approvals",
        "enforcement",
        "disclosure",
        "app",
        "gateway",
        "lake",
    )
)
_SUBSCRIPT = {"PM2.5": "PM2.5", "PM10": "PM10", "SO2": "SO₂", "NO2": "NO₂", "CO": "CO", "O3": "O₃"}


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Collect the messages of every room; a key said twice is an error."""
    texts: dict[str, dict[str, str]] = {}
    for room in ROOMS:
        path = resources.files(room).joinpath("messages.yaml")
        if not path.is_file():
            continue
        for key, each in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).items():
            if key in texts:
                raise LantianError(f"message {key!r} stands in two rooms; rename the one in {room}")
            texts[key] = each
    return texts


def say(message: Message | Mapping[str, Any], language: str = "zh") -> str:
    """Put one reason into words; an unknown key or language raises ``InputError``, a missing value ``LantianError``."""
    key, values = (message.key, message.values) if isinstance(message, Message) else (message["key"], message["values"])
    if language not in LANGUAGES:
        raise unknown("language", language, LANGUAGES)
    texts = catalogue().get(key)
    if texts is None:
        raise unknown("message", key, catalogue())
    try:
        return texts[language].format(**{name: _word(value, language) for name, value in values.items()})
    except KeyError as lacking:
        raise LantianError(f"message {key!r} needs the value {lacking}; it was given {sorted(values)}") from None


def _word(value: Any, language: str) -> Any:
    """Put a value into words: lists joined, pollutants with subscripts, nested messages said."""
    if isinstance(value, (list, tuple)):
        return ("、" if language == "zh" else ", ").join(str(_word(each, language)) for each in value)
    if isinstance(value, str):
        return _SUBSCRIPT.get(value, value)
    if isinstance(value, Message) or (isinstance(value, Mapping) and "key" in value):
        return say(value, language)
    return "—" if value is None else value
