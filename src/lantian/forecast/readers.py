"""Model files: one a target, compressed JSON with all that is needed to know where a forecast comes from; the same model is always the same bytes."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from lantian.forecast.model import Bundle, Methods, Part, Trained
from lantian.kernel.errors import InputError

ENDING = ".json.xz"


@cache
def methods() -> Methods:
    """Read the choices of ``methods.yaml``."""
    return Methods(yaml.load(resources.files("lantian.forecast").joinpath("methods.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def hash_of(told: Methods) -> str:
    """Hash the choices by which models are trained and run."""
    return hashlib.sha256(json.dumps(dict(told.told), sort_keys=True).encode()).hexdigest()[:16]


def write_model(model: Trained, folder: Path) -> Path:
    """Write one model; give its file."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(model), default=str, ensure_ascii=False, sort_keys=True)
    path = folder / f"{model.target}{ENDING}"
    path.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))
    return path


def read_model(path: Path) -> Trained:
    """Read one model; a file that is none raises ``InputError``."""
    try:
        told = json.loads(lzma.decompress(path.read_bytes()))
        return _model(told)
    except (OSError, lzma.LZMAError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is no model of this program ({error}); train it again with lantian forecast train") from None


def _model(told: Mapping[str, Any]) -> Trained:
    parts = tuple(Part(**{**each, "leads": tuple(each["leads"]), "steps": tuple(each["steps"])}) for each in told["parts"])
    lists = {name: tuple(told[name]) for name in ("places", "features")}
    days = {name: date.fromisoformat(told[name]) for name in ("first_day", "last_day")}
    return Trained(**{**told, **lists, **days, "parts": parts})


@cache
def read_bundle(folder: Path) -> Bundle:
    """Read the models of a family and variant by target."""
    found = [read_model(path) for path in sorted(folder.glob(f"*{ENDING}"))]
    return {each.target: each for each in found}


def bundles(folders: Iterable[Path]) -> list[tuple[Path, Mapping[str, Any]]]:
    """List the bundles in some folders with what their manifests say: family, variant, places, training window, scores."""
    found = []
    for folder in folders:
        for path in sorted(folder.glob("*/manifest.json")):
            found.append((path.parent, json.loads(path.read_text(encoding="utf-8"))))
    return found
