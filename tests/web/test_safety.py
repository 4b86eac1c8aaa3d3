"""Attacks: fixation, forged posts, open redirects, path traversal, oversized and odd uploads, scripts and formulas in every free text."""

from __future__ import annotations

import re

import pytest

from lantian.app.acting import LARGEST_FILE, now
from lantian.app.flows import flows
from lantian.kernel.decision import Role
from lantian.ledger.accounts import Accounts
from tests.web.test_desk import TASK

PASSWORD = "correct horse battery"
EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


def account(lite, name="林"):
    accounts = Accounts(lite.house.desk.ledger)
    secret = accounts.add(name, Role.PROVINCE, "130000", None, "t", "t", now())
    return accounts, secret


def test_the_first_link_sets_a_password_and_works_once(lite):
    _, secret = account(lite)
    who = lite.visitor()
    page = who.get(f"/welcome?token={secret}")
    assert "设置“林”的密码" in page.text
    differ = who.ask("POST", "/welcome", data={"token": secret, "password": PASSWORD, "again": PASSWORD + "x"})
    assert differ.status_code == 400
    done = who.ask("POST", "/welcome", data={"token": secret, "password": PASSWORD, "again": PASSWORD})
    assert (done.status_code, done.headers["location"]) == (303, "/desk")
    assert "httponly" in done.headers["set-cookie"].lower()
    assert "samesite=lax" in done.headers["set-cookie"].lower()
    assert who.get("/desk").status_code == 200
    assert lite.visitor().get(f"/welcome?token={secret}").status_code == 400


def test_signing_in_and_out(lite):
    accounts, secret = account(lite)
    accounts.accept(secret, PASSWORD, "t", now())
    who = lite.visitor()
    assert who.get("/desk").status_code == 401
    wrong = who.ask("POST", "/login", data={"name": "林", "password": "wrong"})
    assert wrong.status_code == 401
    assert "名称、密码或验证码不对" in wrong.text
    done = who.ask("POST", "/login", data={"name": "林", "password": PASSWORD, "goal": "/audit"})
    assert (done.status_code, done.headers["location"]) == (303, "/audit")
    token = who.cookies["lantian"]
    assert who.post("/logout").status_code == 303
    who.cookies = {"lantian": token}
    assert who.get("/desk").status_code == 401  # the session is over, not only the cookie


def test_a_session_set_beforehand_is_not_taken_over(lite):
    """Who plants a token, even a live one of their own, does not share the session that is opened with it."""
    accounts, secret = account(lite)
    accounts.accept(secret, PASSWORD, "t", now())
    planted = lite.visitor("shanxi").cookies["lantian"]
    victim = lite.visitor()
    victim.cookies = {"lantian": planted}
    assert victim.ask("POST", "/login", data={"name": "林", "password": PASSWORD}).status_code == 303
    assert victim.cookies["lantian"] != planted
    assert accounts.session(planted, now()) is None


@pytest.mark.parametrize(
    "goal", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\\\\evil.example", "/ok\r\nset-cookie: a=b"]
)
def test_nobody_is_sent_elsewhere(lite, goal):
    accounts, secret = account(lite)
    accounts.accept(secret, PASSWORD, "t", now())
    done = lite.visitor().ask("POST", "/login", data={"name": "林", "password": PASSWORD, "goal": goal})
    assert done.headers["location"] == "/desk"
    assert "a=b" not in str(done.headers)


def test_a_post_without_the_sessions_word_or_from_elsewhere_is_refused(lite):
    task = lite.make("hebei", "task", "石家庄", **TASK)
    who, other = lite.visitor("hebei"), lite.visitor("hebei2")
    address = f"/record/{task}/start"
    for given in ({}, {"form": ""}, {"form": other.word()}):
        assert who.ask("POST", address, data={"version": "1", **given}).status_code == 403
    good = {"form": who.word(), "version": "1"}
    assert who.ask("POST", address, data=good, headers={"origin": "http://evil.example"}).status_code == 403
    assert who.ask("POST", address, data=good, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert lite.state(task) == "planned"
    assert who.ask("POST", address, data=good, headers={"origin": "http://site", "sec-fetch-site": "same-origin"}).status_code == 303


@pytest.mark.parametrize("address", ["/record/task-1/start", "/logout", "/law/sign", "/desk/new/task"])
def test_nothing_is_done_by_reading(lite, address):
    assert lite.visitor("hebei").get(address).status_code in (200, 404, 405)
    assert [act for act in lite.house.desk.ledger.acts() if not act.act.kind.startswith("account.")] == []


def test_too_large_a_file_is_refused_and_leaves_nothing(lite, tmp_path):
    task = lite.make("hebei", "task", "石家庄", **TASK)
    answer = lite.attach("hebei", task, b"x" * (LARGEST_FILE + 1), "big.bin")
    assert answer.status_code == 400
    assert "big.bin is larger than 20 MB" in answer.text
    assert lite.visitor("hebei").ask("POST", f"/record/{task}/evidence", content=b"x" * (LARGEST_FILE * 2)).status_code == 413
    assert lite.attach("hebei", task, b"", "empty.txt").status_code == 400
    folder = lite.house.desk.home / "evidence"
    assert list(folder.iterdir()) == []


def test_a_body_without_a_length_is_counted_as_it_comes(lite):
    async def flood():
        for _ in range(300):
            yield b"x" * 100_000

    task = lite.make("hebei", "task", "石家庄", **TASK)
    headers = {"content-type": "multipart/form-data; boundary=b"}
    assert lite.visitor("hebei").ask("POST", f"/record/{task}/evidence", content=flood(), headers=headers).status_code in (400, 413)


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\x", "/etc/passwd", "a\x00b", "\u202egpj.exe", "con\r\nx: y"])
def test_a_file_name_is_only_a_name(lite, name):
    task = lite.make("hebei", "task", "石家庄", **TASK)
    assert lite.attach("hebei", task, b"content", name).status_code == 303
    (exhibit,) = lite.house.desk.records.exhibits(task)
    assert "/" not in exhibit.name
    assert "\\" not in exhibit.name
    assert exhibit.name.isprintable()
    got = lite.visitor("hebei").get(f"/record/{task}/evidence/{exhibit.hash}")
    assert got.content == b"content"
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment")
    assert [path.name for path in (lite.house.desk.home / "evidence").iterdir()] == [exhibit.hash]


@pytest.mark.parametrize("hash_", ["..%2f..%2fledger.sqlite", "../ledger.sqlite", "0" * 64, "%2e%2e"])
def test_no_path_leads_out_of_the_evidence(lite, hash_):
    task = lite.make("hebei", "task", "石家庄", **TASK)
    answer = lite.visitor("hebei").get(f"/record/{task}/evidence/{hash_}")
    assert answer.status_code in (400, 404, 405)
    assert b"SQLite" not in answer.content


def test_evidence_that_was_changed_on_disk_is_not_shown(lite):
    task = lite.make("hebei", "task", "石家庄", **TASK)
    lite.attach("hebei", task, b"content")
    (exhibit,) = lite.house.desk.records.exhibits(task)
    (lite.house.desk.home / "evidence" / exhibit.hash).write_bytes(b"forged")
    answer = lite.visitor("hebei").get(f"/record/{task}/evidence/{exhibit.hash}")
    assert answer.status_code == 400
    assert "is gone or was changed" in answer.text


FILLED = {"text": EVIL, "number": "1", "date": "2015-06-30", "long": EVIL}


@pytest.mark.parametrize("name", ["task", "yearly_plan", "promise", "consequence"])
def test_free_text_never_runs(lite, name):
    flow = flows()[name]
    maker = {"yearly_plan": "hebei", "task": "hebei"}.get(name, "ministry")
    given = {field.name: FILLED.get(field.sort) or field.choices[0] for field in flow.fields}
    record = lite.make(maker, name, "河北", **given, ground=EVIL)
    lite.attach(maker, record, b"x", EVIL)
    for page in (f"/record/{record}", "/desk?show=all", "/audit", f"/record/{record}?lang=en"):
        text = lite.visitor(maker).get(page).text
        assert "<script>alert" not in text, page
        assert "<img src=x" not in text, page
    assert "&lt;script&gt;" in lite.visitor(maker).get(f"/record/{record}").text


def test_what_is_typed_in_an_address_never_runs(lite):
    who = lite.visitor("hebei")
    for page in ("/desk/new/task?place={}", "/login?goal={}", "/welcome?token={}", "/record/{}", "/desk/new/{}", "/audit?after={}", "/calendar/{}/x.ics"):
        text = who.get(page.format(EVIL.replace(" ", "%20"))).text
        assert not re.search(r"<script>alert|<img src=x", text), page


def test_a_session_cookie_that_is_nonsense_is_nobody(lite):
    for token in (b"x", b"' OR 1=1 --", b"\xc3\xa9\xff", b"a" * 5000):
        assert lite.visitor().get("/desk", headers={"cookie": b"lantian=" + token}).status_code == 401
