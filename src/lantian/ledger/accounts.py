"""Accounts: Argon2 passwords, one-time links, lockout with growing delay, one-time codes (RFC 6238), sessions that rotate and expire."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP
from sqlalchemy import delete, select

from lantian.kernel.decision import Role
from lantian.kernel.errors import InputError, unknown
from lantian.ledger.model import Account, Act, Session
from lantian.ledger.store import Ledger, Turn
from lantian.ledger.tables import account, invitation, session

PASSWORD_LENGTH = 12
"""A password has at least so many characters; nothing else is asked of it (our choice, after NIST SP 800-63B)."""
LINK_LASTS = timedelta(hours=48)
IDLE, WHOLE = timedelta(hours=2), timedelta(hours=12)
"""A session ends after so long unused, and after so long in all."""
TRIES = 5
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=1)
STEP = 30
"""Seconds of one one-time code; the one before and the one after are taken too."""
_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Give what an unknown name is checked against, so that it takes as long as a known one."""
    return _hasher.hash(secrets.token_hex())


class SignInError(InputError):
    """Somebody was not let in; the text does not say whether the name is known."""


class Accounts:
    """The accounts of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        """Read and write through a ledger."""
        self.ledger = ledger

    def add(self, name: str, role: Role, place: str, enterprise: str | None, by: str, origin: str, at: datetime) -> str:
        """Make an account without a password and give the secret of its one-time link; a name that is taken raises ``InputError``."""
        if not name.strip() or len(name) > account.c.name.type.length or not name.isprintable():  # type: ignore[attr-defined]
            raise InputError(f"{name!r} is no account name; give 1 to 80 printable characters")
        if (role == Role.ENTERPRISE) != (enterprise is not None):
            raise InputError("an enterprise account, and only that, names its credit code (--enterprise)")
        with self.ledger.turn() as turn:
            if _find(turn, name) is not None:
                raise InputError(f"the account {name!r} exists; invite it again to set a new password")
            row = {"name": name, "role": str(role), "place": place, "enterprise": enterprise, "counter": 0, "active": True, "failures": 0}
            turn.connection.execute(account.insert().values(**row))
            turn.append(Act(by, origin, place, "account.made", name, None, {"role": str(role), "enterprise": enterprise}, ""), at)
            return _invite(turn, name, at)

    def invite(self, name: str, by: str, origin: str, at: datetime) -> str:
        """Give the secret of a new one-time link to set a password; links given before end."""
        with self.ledger.turn() as turn:
            found = _known(turn, name)
            turn.append(Act(by, origin, found.place, "account.invited", name, None, None, ""), at)
            return _invite(turn, name, at)

    def invited(self, secret: str, at: datetime) -> str:
        """Give the account whose link this is; one that is unknown, used or over raises ``SignInError``."""
        with self.ledger.reading() as connection:
            row = connection.execute(select(invitation).where(invitation.c.hash == _digest(secret))).mappings().first()
        if row is None or datetime.fromisoformat(row["ends_at"]) < at:
            raise SignInError("this link was used or is over; ask for a new one (lantian account invite)")
        return str(row["account"])

    def accept(self, secret: str, password: str, origin: str, at: datetime) -> str:
        """Set the password by a one-time link, end every session of the account and use the link up."""
        if len(password) < PASSWORD_LENGTH:
            raise InputError(f"the password has {len(password)} characters; give at least {PASSWORD_LENGTH}")
        name = self.invited(secret, at)
        hashed = _hasher.hash(password)
        with self.ledger.turn() as turn:
            used = turn.connection.execute(delete(invitation).where(invitation.c.hash == _digest(secret)))
            if not used.rowcount:
                raise SignInError("this link was used or is over; ask for a new one (lantian account invite)")
            found = _known(turn, name)
            _set(turn, name, password=hashed, failures=0, closed_until=None)
            turn.connection.execute(delete(session).where(session.c.account == name))
            turn.append(Act(name, origin, found.place, "account.password", name, None, None, "one-time link"), at)
        return name

    def every(self) -> list[Account]:
        """Give every account by name."""
        with self.ledger.reading() as connection:
            return [_account(row) for row in connection.execute(select(account).order_by(account.c.name)).mappings()]

    def get(self, name: str) -> Account:
        """Give an account; an unknown name raises ``InputError``."""
        with self.ledger.reading() as connection:
            row = connection.execute(select(account).where(account.c.name == name)).mappings().first()
        if row is None:
            raise unknown("account", name, ())
        return _account(row)

    def set_active(self, name: str, *, active: bool, by: str, origin: str, at: datetime) -> None:
        """Close an account and end its sessions, or open it again."""
        with self.ledger.turn() as turn:
            found = _known(turn, name)
            _set(turn, name, active=active, failures=0, closed_until=None)
            turn.connection.execute(delete(session).where(session.c.account == name))
            turn.append(Act(by, origin, found.place, "account.opened" if active else "account.closed", name, found.active, active, ""), at)

    def ask_codes(self, name: str, by: str, origin: str, at: datetime) -> str:
        """Ask one-time codes of an account from now on; give the secret for its authenticator, in base 32."""
        secret = base64.b32encode(secrets.token_bytes(20)).decode()
        with self.ledger.turn() as turn:
            found = _known(turn, name)
            _set(turn, name, totp=secret, counter=0)
            turn.append(Act(by, origin, found.place, "account.codes", name, None, None, ""), at)
        return secret

    def sign_in(self, name: str, password: str, code: str, origin: str, at: datetime) -> str:
        """Check a password, and a code where one is asked for; give the token of a new session, or raise ``SignInError``.

        After five wrong tries in a row the account waits a minute, and twice as long after each further one, an hour at most.
        """
        with self.ledger.reading() as connection:
            row = connection.execute(select(account).where(account.c.name == name)).mappings().first()
        found = None if row is None else _account(row)
        right = _matches(None if found is None else found.password, password)
        if found is not None and found.closed_until is not None and at < found.closed_until:
            raise SignInError(f"too many wrong tries; wait until {found.closed_until:%H:%M:%S}")
        counter = None if found is None else _code_counter(found, code, at)
        if found is None or not found.active or not right or counter is None:
            if found is not None:
                self._failed(found, origin, at)
            raise SignInError("name, password or code is wrong")
        with self.ledger.turn() as turn:
            if _known(turn, name).counter >= counter > 0:
                raise SignInError("name, password or code is wrong")
            _set(turn, name, failures=0, closed_until=None, counter=counter)
            turn.append(Act(name, origin, found.place, "account.signed_in", name, None, None, ""), at)
            return _open(turn, name, at)

    def enter(self, name: str, origin: str, at: datetime, ground: str) -> str:
        """Open a session for somebody whom another door has checked; an unknown or closed account raises ``SignInError``."""
        with self.ledger.turn() as turn:
            found = _find(turn, name)
            if found is None or not found.active:
                raise SignInError(f"no open account {name!r}; ask the keeper of this installation to add it")
            turn.append(Act(name, origin, found.place, "account.signed_in", name, None, None, ground), at)
            return _open(turn, name, at)

    def session(self, token: str, at: datetime) -> tuple[Session, Account] | None:
        """Give the session of a token with its account, where it has not ended."""
        with self.ledger.reading() as connection:
            row = connection.execute(select(session).where(session.c.hash == _digest(token))).mappings().first()
            if row is None:
                return None
            owner = connection.execute(select(account).where(account.c.name == row["account"])).mappings().one()
        found, who = _session(row), _account(owner)
        if not who.active or at - found.seen_at > IDLE or at - found.made_at > WHOLE:
            return None
        if at - found.seen_at > timedelta(minutes=1):
            with self.ledger.turn() as turn:
                turn.connection.execute(session.update().where(session.c.hash == found.hash).values(seen_at=at.isoformat()))
        return found, who

    def sign_out(self, token: str, origin: str, at: datetime) -> None:
        """End a session."""
        with self.ledger.turn() as turn:
            row = turn.connection.execute(select(session).where(session.c.hash == _digest(token))).mappings().first()
            if row is not None:
                turn.connection.execute(delete(session).where(session.c.hash == row["hash"]))
                turn.append(Act(row["account"], origin, _known(turn, row["account"]).place, "account.signed_out", row["account"], None, None, ""), at)

    def _failed(self, found: Account, origin: str, at: datetime) -> None:
        """Count a wrong try, and close the account for a while after too many."""
        with self.ledger.turn() as turn:
            failures = _known(turn, found.name).failures + 1
            until = None
            if failures >= TRIES:
                until = at + min(FIRST_DELAY * 2 ** min(failures - TRIES, 10), LONGEST_DELAY)
            _set(turn, found.name, failures=failures, closed_until=until and until.isoformat())
            turn.append(Act(found.name, origin, found.place, "account.refused", found.name, None, {"failures": failures}, ""), at)


def code_at(secret: str, counter: int) -> str:
    """Give the six digits of a secret (base 32) at a counter of 30 s steps (RFC 6238, RFC 4226)."""
    return HOTP(base64.b32decode(secret), 6, SHA1()).generate(counter).decode()  # noqa: S303 - RFC 6238's own hash


def _code_counter(found: Account, code: str, at: datetime) -> int | None:
    """Give the counter a code belongs to, 0 where none is asked for, None where it is wrong or was used before."""
    if found.totp is None:
        return 0
    now = int((at - datetime(1970, 1, 1, 8)).total_seconds()) // STEP
    for counter in (now - 1, now, now + 1):
        if counter > found.counter and hmac.compare_digest(code_at(found.totp, counter), code.strip().encode("ascii", "replace").decode()):
            return counter
    return None


def _matches(hashed: str | None, password: str) -> bool:
    try:
        return _hasher.verify(hashed or _nobody(), password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def _invite(turn: Turn, name: str, at: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    turn.connection.execute(delete(invitation).where(invitation.c.account == name))
    turn.connection.execute(invitation.insert().values(hash=_digest(secret), account=name, ends_at=(at + LINK_LASTS).isoformat()))
    return secret


def _open(turn: Turn, name: str, at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    times = {"made_at": at.isoformat(), "seen_at": at.isoformat()}
    turn.connection.execute(session.insert().values(hash=_digest(token), account=name, form=secrets.token_urlsafe(32), **times))
    return token


def _find(turn: Turn, name: str) -> Account | None:
    row = turn.connection.execute(select(account).where(account.c.name == name)).mappings().first()
    return None if row is None else _account(row)


def _known(turn: Turn, name: str) -> Account:
    found = _find(turn, name)
    if found is None:
        raise unknown("account", name, ())
    return found


def _set(turn: Turn, name: str, **values: Any) -> None:
    turn.connection.execute(account.update().where(account.c.name == name).values(**values))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _account(row: Any) -> Account:
    until = row["closed_until"]
    return Account(**{**row, "closed_until": None if until is None else datetime.fromisoformat(until), "active": bool(row["active"])})


def _session(row: Any) -> Session:
    return Session(**{**row, "made_at": datetime.fromisoformat(row["made_at"]), "seen_at": datetime.fromisoformat(row["seen_at"])})
