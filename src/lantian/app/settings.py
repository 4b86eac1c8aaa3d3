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


@dataclass(frozen=True, slots=True)
class PostSettings:
    """How letters go out: the mail server (smtp://, smtp+starttls:// or smtps://; empty: none), the sender's address, whether webhooks may stay inside.

    ``lease`` [s] is how long a sender that died holds up the letters it had taken.
    """

    smtp: str = ""
    sender: str = "lantian@localhost"
    private: bool = False
    lease: float = 60.0


def post_settings() -> PostSettings:
    """Read ``LANTIAN_SMTP``, ``LANTIAN_MAIL_FROM``, ``LANTIAN_PRIVATE_WEBHOOKS`` (1: webhooks may lead into this network), ``LANTIAN_LETTER_LEASE``."""
    smtp = os.environ.get("LANTIAN_SMTP", "")
    if smtp and not smtp.startswith(("smtp://", "smtp+starttls://", "smtps://")):
        raise InputError(f"LANTIAN_SMTP is {smtp.partition('@')[2] or smtp!r}; write smtp://host:25, smtp+starttls://name:password@host:587 or smtps://…:465")
    try:
        lease = float(os.environ.get("LANTIAN_LETTER_LEASE", "60"))
    except ValueError:
        raise InputError("LANTIAN_LETTER_LEASE is no number; give seconds, e.g. 60") from None
    return PostSettings(smtp, os.environ.get("LANTIAN_MAIL_FROM", "lantian@localhost"), os.environ.get("LANTIAN_PRIVATE_WEBHOOKS") == "1", lease)


def site_address() -> str:
    """Read ``LANTIAN_SITE``, the address under which the public reaches the site, as it stands in letters and feeds."""
    return os.environ.get("LANTIAN_SITE", "http://127.0.0.1:8600").rstrip("/")


def counts_simulated() -> bool:
    """Read ``LANTIAN_COUNT_SIMULATED`` (1: findings of the plan may rest on simulated outlets, and say so; for demonstrations)."""
    return os.environ.get("LANTIAN_COUNT_SIMULATED") == "1"
