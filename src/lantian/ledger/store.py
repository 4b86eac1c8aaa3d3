"""The ledger on SQLite or PostgreSQL: one writer at a time, every act one transaction, the chain checked row by row."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select, text
from sqlalchemy.exc import OperationalError

from lantian.kernel.errors import InputError
from lantian.ledger.model import FIRST, Act, Fault, Recorded, as_text, hash_of
from lantian.ledger.tables import audit, head, metadata

MIGRATIONS = Path(__file__).parent / "migrations"
NEWEST = "0004"
"""The newest revision; a test compares it with the migrations."""
BUSY = 60_000
"""How many milliseconds a writer waits for its turn on SQLite."""
BATCH = 1000


class Turn:
    """The one writing turn of a ledger, open on a connection."""

    def __init__(self, connection: Connection) -> None:
        """Hold the connection whose transaction has the turn."""
        self.connection = connection

    def done(self, once: str | None) -> Recorded | None:
        """Give the act that an intent already recorded."""
        if once is None:
            return None
        known = self.connection.execute(select(audit).where(audit.c.once == once)).mappings().first()
        return None if known is None else _recorded(known)

    def next_number(self) -> int:
        """Give the number that the next act will have."""
        return int(self.connection.execute(select(head.c.number)).scalar_one()) + 1

    def append(self, act: Act, at: datetime) -> Recorded:
        """Record an act at the end of the chain."""
        last = self.connection.execute(select(head.c.number, head.c.hash)).one()
        number, previous = last.number + 1, last.hash
        own = hash_of(number, at, act, previous)
        row = {"number": number, "at": at.isoformat(), "actor": act.actor, "origin": act.origin, "place": act.place, "kind": act.kind}
        row |= {"subject": act.subject, "before": as_text(act.before), "after": as_text(act.after), "ground": act.ground, "once": act.once}
        self.connection.execute(audit.insert().values(**row, previous=previous, hash=own))
        self.connection.execute(head.update().values(number=number, hash=own))
        return Recorded(number, at, act, previous, own)


class Ledger:
    """Acts, appended and never changed."""

    def __init__(self, url: str) -> None:
        """Point at a database; ``upgrade`` makes its tables."""
        self.url = url
        self._engine = _connect(url)

    def upgrade(self, revision: str = "head") -> None:
        """Bring the tables to a revision, by default the newest."""
        if revision == "head" and self._revision() == NEWEST:
            return
        from alembic import command

        with self._engine.begin() as connection:
            command.upgrade(_config(connection), revision)

    def _revision(self) -> str | None:
        """Give the revision the tables stand at, None where there are none."""
        with self._engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def downgrade(self, revision: str) -> None:
        """Take the tables back to an earlier revision."""
        from alembic import command

        with self._engine.begin() as connection:
            command.downgrade(_config(connection), revision)

    def append(self, act: Act, at: datetime) -> Recorded:
        """Record an act at the end of the chain, or give the one that the same intent already recorded."""
        with self.turn() as turn:
            return turn.done(act.once) or turn.append(act, at)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """Give the one writing turn: what is done in it stands together with its acts, or not at all."""
        with self._engine.connect() as connection:
            _take_turn(connection)
            yield Turn(connection)
            connection.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with."""
        with self._engine.connect() as connection:
            yield connection

    def acts(self, kind: str | None = None, after: int = 0, subject: str | None = None) -> Iterator[Recorded]:
        """Give the acts in their order, of one kind or subject where it is named, a batch at a time."""
        while True:
            asked = select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(BATCH)
            if kind is not None:
                asked = asked.where(audit.c.kind == kind)
            if subject is not None:
                asked = asked.where(audit.c.subject == subject)
            with self._engine.connect() as connection:
                rows = connection.execute(asked).mappings().all()
            for row in rows:
                yield _recorded(row)
            if len(rows) < BATCH:
                return
            after = rows[-1]["number"]

    def newest(self, kind: str) -> int:
        """Give the number of the last act whose kind begins with a word, 0 where there is none."""
        with self._engine.connect() as connection:
            found = connection.execute(select(func.max(audit.c.number)).where(audit.c.kind.startswith(kind, autoescape=True))).scalar()
        return int(found or 0)

    def verify(self) -> list[Fault]:
        """Find every row that was changed, removed, put in or moved since it was written."""
        faults = []
        number, previous = 0, FIRST
        for row in self.acts():
            number += 1
            if row.number != number:
                faults.append(Fault(number, f"removed: row {number} is followed by row {row.number}"))
                number = row.number
            if row.previous != previous:
                faults.append(Fault(row.number, "does not continue the row before it"))
            if row.hash != row.expected():
                faults.append(Fault(row.number, "changed since it was written"))
            previous = row.hash
        with self._engine.connect() as connection:
            last = connection.execute(select(head.c.number, head.c.hash)).one()
        if (last.number, last.hash) != (number, previous):
            faults.append(Fault(last.number, f"the chain ends at row {number}, it was written up to row {last.number}"))
        return faults

    def dump(self) -> Iterator[dict[str, Any]]:
        """Give every row of every table but sessions, as one moment saw them; ``undump`` takes them back on either store."""
        with self._engine.connect() as connection:
            if connection.dialect.name != "sqlite":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            for table in metadata.sorted_tables:
                if table.name != "session":
                    for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
                        yield {"table": table.name, "row": dict(row)}

    def undump(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take back the rows of a dump into empty tables; a ledger that holds acts raises ``ValueError``."""
        tables = metadata.tables
        with self.turn() as turn:
            if turn.next_number() > 1:
                raise ValueError(f"it holds {turn.next_number() - 1} acts")
            turn.connection.execute(head.delete())
            for each in rows:
                turn.connection.execute(tables[each["table"]].insert().values(**each["row"]))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Use the ledger for a block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Let go of the database at the end of the block."""
        self.close()


def open_ledger(home: Path) -> Ledger:
    """Open the ledger that ``LANTIAN_LEDGER_URL`` names, by default a SQLite file under the installation, with its tables up to date."""
    url = os.environ.get("LANTIAN_LEDGER_URL")
    if not url:
        home.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{home / 'ledger.sqlite'}"
    ledger = Ledger(url)
    try:
        ledger.upgrade()
    except OperationalError as error:
        raise InputError(f"the ledger {_hidden(url)} cannot be opened ({error.orig}); check LANTIAN_LEDGER_URL") from None
    return ledger


def _connect(url: str) -> Engine:
    """Connect; SQLite keeps a write-ahead log, syncs every commit and leaves transactions to us."""
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _: Any) -> None:
            connection.isolation_level = None
            for pragma in ("journal_mode = WAL", "synchronous = FULL", f"busy_timeout = {BUSY}", "foreign_keys = ON"):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


def _take_turn(connection: Connection) -> None:
    """Begin a transaction in which nobody else may append."""
    if connection.dialect.name == "sqlite":
        connection.execute(head.update().values(number=head.c.number))  # a write takes the database's one writing turn
    else:
        connection.execute(text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))


def _recorded(row: Any) -> Recorded:
    """Give a row of the table as an act."""
    texts: dict[str, Any] = {name: row[name] for name in ("actor", "origin", "place", "kind", "subject", "ground", "once")}
    act = Act(before=json.loads(row["before"]), after=json.loads(row["after"]), **texts)
    return Recorded(row["number"], datetime.fromisoformat(row["at"]), act, row["previous"], row["hash"])


def _config(connection: Connection) -> Any:
    """Configure the migrations over an open connection; alembic is only loaded where there is something to migrate."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _hidden(url: str) -> str:
    """Give a database address without its password."""
    return create_engine(url).url.render_as_string(hide_password=True)
