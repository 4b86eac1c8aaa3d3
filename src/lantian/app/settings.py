"""Where an installation keeps its things; everything comes from a few environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from lantian.kernel.errors import InputError


@dataclass(frozen=True, slots=True)
class Settings:
    """An installation: its home folder (lake, computed tables), its engine, the language of its command line."""

    home: Path
    engine: str = "duckdb"
    language: str = "zh"


def settings() -> Settings:
    """Read ``LANTIAN_HOME`` (default ./lantian-home), ``LANTIAN_ENGINE`` (duckdb) and ``LANTIAN_LANG`` (zh)."""
    return Settings(
        home=Path(os.environ.get("LANTIAN_HOME", "lantian-home")),
        engine=os.environ.get("LANTIAN_ENGINE", "duckdb"),
        language=os.environ.get("LANTIAN_LANG", "zh"),
    )


@dataclass(frozen=True, slots=True)
class OpenId:
    """An OpenID Connect provider: issuer address, this site's client id and secret there, and the claim that holds the account's name."""

    issuer: str
    client: str
    secret: str
    claim: str = "preferred_username"


def open_id() -> OpenId | None:
    """Read ``LANTIAN_OIDC_ISSUER``, ``LANTIAN_OIDC_CLIENT``, ``LANTIAN_OIDC_SECRET`` and ``LANTIAN_OIDC_CLAIM``; None where no issuer is set."""
    issuer = os.environ.get("LANTIAN_OIDC_ISSUER")
    if not issuer:
        return None
    lacking = [name for name in ("LANTIAN_OIDC_CLIENT", "LANTIAN_OIDC_SECRET") if not os.environ.get(name)]
    if lacking:
        raise InputError(f"LANTIAN_OIDC_ISSUER is set but {' and '.join(lacking)} is not; set all three, or none")
    claim = os.environ.get("LANTIAN_OIDC_CLAIM", "preferred_username")
    return OpenId(issuer, os.environ["LANTIAN_OIDC_CLIENT"], os.environ["LANTIAN_OIDC_SECRET"], claim)
