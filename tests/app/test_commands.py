"""Accounts and acts on the command line: the same rules as on the site, for every role."""

from __future__ import annotations

import json
import re

import pytest
from typer.testing import CliRunner

from lantian.app.acting import now
from lantian.cli import up
from lantian.cli.common import BAD_INPUT, guarded
from lantian.cli.main import app
from lantian.kernel.decision import Role
from lantian.ledger import open_ledger
from lantian.ledger.accounts import Accounts
from tests.site import CODES, PEOPLE
from tests.web.test_desk import TASK

PASSWORD = "correct horse battery"
FIELDS = [f"{name}={value}" for name, value in TASK.items()]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Give a command line over an empty installation."""
    monkeypatch.setenv("LANTIAN_HOME", str(tmp_path))
    monkeypatch.setenv("LANTIAN_PASSWORD", PASSWORD)

    def ask(*words):
        answer = CliRunner().invoke(app, list(words))
        return answer.exit_code, answer.output, answer.exception

    return ask


@pytest.fixture
def people(tmp_path):
    """Give every role an account with a password; hashing is paid once, the others share it."""
    with open_ledger(tmp_path) as ledger:
        accounts = Accounts(ledger)
        for name, (role, place) in PEOPLE.items():
            secret = accounts.add(name, role, place, CODES.get(name), "t", "t", now())
            accounts.accept(secret, PASSWORD, "t", now())


def test_a_link_is_printed_and_no_password_is_known_beforehand(run, tmp_path):
    code, out, _ = run("account", "add", "林", "--role", "city", "--place", "石家庄")
    secret = re.search(r"/welcome\?token=(\S+)", out).group(1)
    with open_ledger(tmp_path) as ledger:
        assert Accounts(ledger).accept(secret, PASSWORD, "t", now()) == "林"
        assert Accounts(ledger).get("林").place == "130100"
    listed = json.loads(run("account", "list", "--json")[1])
    assert [(each["name"], each["role"], each["password"]) for each in listed] == [("林", "city", True)]
    assert "argon2" not in run("account", "list")[1]
    assert code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "林", "--role", "king", "--place", "石家庄"], "no role 'king'"),
        (["add", "林", "--role", "city", "--place", "nowhere"], "no place 'nowhere'"),
        (["add", "林", "--role", "enterprise", "--place", "石家庄"], "names its credit code"),
        (["invite", "谁"], "no account '谁'"),
        (["close", "谁"], "no account '谁'"),
    ],
)
def test_a_wrong_account_is_told(run, words, told):
    _, _, error = run("account", *words)
    assert told in str(error)


def test_every_command_that_acts_as_every_role(run, people):
    """A task of Shijiazhuang: who lies outside does not see it, who may not make one is refused, nobody verifies their own claim."""
    code, out, _ = run("act", "make", "task", *FIELDS, "--as", "hebei", "--place", "石家庄", "--owner", CODES["plant"])
    task = out.split()[0]
    assert (code, out.split()[1]) == (0, "planned")
    inside = {n for n, (_, place) in PEOPLE.items() if place in ("000000", "130000", "130100") and n != "other_plant"}
    for name, (role, _) in PEOPLE.items():
        listed = json.loads(run("act", "list", "--as", name, "--json")[1])
        assert (task in {each["id"] for each in listed}) == (name in inside), name
        shown, _, error = run("act", "show", task, "--as", name)
        assert (shown == 0) == (name in inside), (name, error)
        made, _, _ = run("act", "make", "task", *FIELDS, "--as", name, "--place", "太原")
        assert (made == 0) == (role == Role.MINISTRY or name == "shanxi"), name
        if role in (Role.READER, Role.AUDITOR, Role.FORECASTER, Role.APPROVER):
            assert run("act", "move", task, "start", "--as", name)[0] != 0, name


def test_a_task_is_lived_through_on_the_command_line(run, people, tmp_path):
    task = run("act", "make", "task", *FIELDS, "--as", "hebei", "--place", "石家庄")[1].split()[0]
    proof = tmp_path / "proof.txt"
    proof.write_text("已拆除", encoding="utf-8")
    assert run("act", "move", task, "start", "--as", "shijiazhuang")[1].split() == [task, "under_way"]
    assert "needs evidence" in str(run("act", "move", task, "claim", "--as", "shijiazhuang")[2])
    assert run("act", "move", task, "claim", "--as", "shijiazhuang", "--file", str(proof))[1].split() == [task, "claimed"]
    assert "another person must" in str(run("act", "move", task, "verify", "--as", "shijiazhuang")[2])
    assert run("act", "move", task, "verify", "--as", "shijiazhuang2")[1].split() == [task, "verified"]
    assert run("audit", "verify")[0] == 0


def test_a_wrong_password_acts_on_nothing(run, people, monkeypatch):
    monkeypatch.setenv("LANTIAN_PASSWORD", "wrong")
    assert "name, password or code is wrong" in str(run("act", "list", "--as", "hebei")[2])


def test_the_tables_are_printed(run):
    out = run("act", "tables", "--lang", "en")[1]
    assert "verify" in out
    assert "claim" in out


def test_bad_input_leaves_with_two(monkeypatch, tmp_path):
    monkeypatch.setenv("LANTIAN_HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["lantian", "act", "make", "task", "due", "--as", "x", "--place", "北京"])
    monkeypatch.setenv("LANTIAN_PASSWORD", "x")
    assert guarded(lambda: app(standalone_mode=False)) == BAD_INPUT


def test_the_first_account_gets_a_link_until_it_has_a_password(lite, capsys):
    for _ in range(2):
        up.first_account(lite.house, 8600)
    links = re.findall(r"token=(\S+)", capsys.readouterr().out)
    accounts = Accounts(lite.house.desk.ledger)
    assert len(set(links)) == 2
    assert accounts.accept(links[1], PASSWORD, "t", now()) == up.FIRST
    up.first_account(lite.house, 8600)
    assert "token" not in capsys.readouterr().out
