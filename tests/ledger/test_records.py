"""Records and accounts on both stores: versions, repeated intents, fifty writers, one-time links, lockout, codes, sessions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from lantian.kernel.decision import Role
from lantian.kernel.errors import InputError
from lantian.ledger import By, Ledger, Records
from lantian.ledger.accounts import IDLE, LINK_LASTS, TRIES, WHOLE, Accounts, SignInError, code_at

AT = datetime(2016, 1, 4, 9)
BY = By("林", "test", "依据", AT)
PASSWORD = "correct horse battery"


def by(once=None):
    return By("林", "test", "依据", AT, once)


def test_a_record_moves_with_its_act(ledger):
    records = Records(ledger)
    made = records.make("task", "130100", None, "planned", {"title": "拆除锅炉"}, by())
    assert (made.id, made.version, made.state) == ("task-1", 1, "planned")
    moved = records.move(made.id, 1, "start", "under_way", {"title": "拆除锅炉", "progress": "开工"}, by())
    assert records.get(made.id) == moved
    assert [(act.act.kind, act.act.before, act.act.after["state"]) for act in records.history(made.id)] == [
        ("task.made", None, "planned"),
        ("task.start", {"state": "planned", "version": 1}, "under_way"),
    ]
    assert ledger.verify() == []


def test_a_record_that_moved_on_is_not_moved_from_an_old_page(ledger):
    records = Records(ledger)
    made = records.make("task", "130100", None, "planned", {}, by())
    records.move(made.id, 1, "start", "under_way", {}, by())
    with pytest.raises(InputError, match=r"has moved on since it was read \(version 1, now 2, under_way\)"):
        records.move(made.id, 1, "withdraw", "withdrawn", {}, by())
    assert records.get(made.id).state == "under_way"


def test_the_same_intent_acts_once(ledger):
    records = Records(ledger)
    first = records.make("task", "130100", None, "planned", {"n": 1}, by("a"))
    assert records.make("task", "130100", None, "planned", {"n": 2}, by("a")) == first
    moved = records.move(first.id, 1, "start", "under_way", {}, by("b"))
    assert records.move(first.id, 1, "start", "under_way", {}, by("b")) == moved
    assert len(list(ledger.acts())) == 2


def test_records_are_found_by_place_owner_and_state(ledger):
    records = Records(ledger)
    for place, owner in (("130000", None), ("130100", None), ("130102", "91"), ("140100", None)):
        records.make("task", place, owner, "planned", {}, by())
    records.make("bulletin", "130100", None, "drafted", {}, by())
    assert {each.place for each in records.find(["task"], place="130000")} == {"130000", "130100", "130102"}
    assert {each.place for each in records.find(["task"], place="130100")} == {"130100", "130102"}
    assert len(records.find(["task"], place="000000")) == 4
    assert [each.place for each in records.find(owner="91")] == ["130102"]
    assert records.find(["task"], states=["verified"]) == []
    assert [each.flow for each in records.find(place="130100", states=["drafted"])] == ["bulletin"]


def test_evidence_is_attached_once(ledger):
    records = Records(ledger)
    made = records.make("task", "130100", None, "planned", {}, by())
    for _ in range(2):
        records.attach(made.id, "ab" * 32, "照片.jpg", 10, by())
    assert [(each.name, each.size) for each in records.exhibits(made.id)] == [("照片.jpg", 10)]
    assert [act.act.kind for act in records.history(made.id)] == ["task.made", "task.evidence"]


def test_fifty_writers_move_one_record_fifty_times_and_no_more(url):
    """Each tries until its move has been made once; versions count every move."""
    with Ledger(url) as made:
        made.upgrade()
        id_ = Records(made).make("task", "130100", None, "0", {}, by()).id

    def write(number):
        with Ledger(url) as own:
            records = Records(own)
            while True:
                seen = records.get(id_)
                try:
                    records.move(id_, seen.version, "step", str(seen.version), {"last": number}, by(f"w{number}"))
                    return
                except InputError:
                    continue

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(write, range(50)))
    with Ledger(url) as ledger:
        assert Records(ledger).get(id_).version == 51
        assert len(Records(ledger).history(id_)) == 51
        assert ledger.verify() == []


@pytest.fixture
def accounts(ledger):
    return Accounts(ledger)


def joined(accounts, name="林", at=AT):
    secret = accounts.add(name, Role.CITY, "130100", None, "系统", "test", at)
    accounts.accept(secret, PASSWORD, "test", at)
    return name


def test_an_account_begins_with_a_link_that_works_once(accounts):
    secret = accounts.add("林", Role.CITY, "130100", None, "系统", "test", AT)
    with pytest.raises(SignInError):
        accounts.sign_in("林", "", "", "test", AT)
    assert accounts.invited(secret, AT) == "林"
    with pytest.raises(SignInError, match="over"):
        accounts.invited(secret, AT + LINK_LASTS + timedelta(seconds=1))
    with pytest.raises(InputError, match="the password has 5 characters; give at least 12"):
        accounts.accept(secret, "short", "test", AT)
    accounts.accept(secret, PASSWORD, "test", AT)
    with pytest.raises(SignInError, match="this link was used or is over"):
        accounts.accept(secret, PASSWORD, "test", AT)
    assert accounts.get("林").password.startswith("$argon2id$")


def test_a_new_link_ends_the_one_before(accounts):
    first = accounts.add("林", Role.CITY, "130100", None, "系统", "test", AT)
    second = accounts.invite("林", "系统", "test", AT)
    with pytest.raises(SignInError):
        accounts.invited(first, AT)
    assert accounts.invited(second, AT) == "林"


def test_a_name_is_given_once_and_an_enterprise_names_its_code(accounts):
    joined(accounts)
    with pytest.raises(InputError, match="the account '林' exists"):
        accounts.add("林", Role.CITY, "130100", None, "系统", "test", AT)
    with pytest.raises(InputError, match="names its credit code"):
        accounts.add("厂", Role.ENTERPRISE, "130100", None, "系统", "test", AT)
    with pytest.raises(InputError, match="no account name"):
        accounts.add("a\nb", Role.CITY, "130100", None, "系统", "test", AT)


def test_signing_in_gives_a_new_session_each_time(accounts):
    joined(accounts)
    first, second = (accounts.sign_in("林", PASSWORD, "", "test", AT) for _ in range(2))
    assert first != second
    (one, who), (two, _) = accounts.session(first, AT), accounts.session(second, AT)
    assert who.role == "city"
    assert one.form != two.form
    assert first not in (one.hash, one.form)  # only its hash is kept


def test_a_session_ends_unused_in_all_and_when_signed_out(accounts):
    joined(accounts)
    token = accounts.sign_in("林", PASSWORD, "", "test", AT)
    assert accounts.session(token, AT + IDLE)
    assert accounts.session(token, AT + 2 * IDLE) is not None  # used meanwhile
    assert accounts.session(token, AT + 3 * IDLE + timedelta(seconds=1)) is None
    other = accounts.sign_in("林", PASSWORD, "", "test", AT)
    at = AT
    while at <= AT + WHOLE:
        assert accounts.session(other, at)
        at += IDLE
    assert accounts.session(other, AT + WHOLE + timedelta(seconds=1)) is None
    third = accounts.sign_in("林", PASSWORD, "", "test", AT)
    accounts.sign_out(third, "test", AT)
    assert accounts.session(third, AT) is None
    assert accounts.session("nonsense", AT) is None


def test_too_many_wrong_tries_close_the_account_for_longer_and_longer(accounts):
    joined(accounts)
    for _ in range(TRIES):
        with pytest.raises(SignInError, match="name, password or code is wrong"):
            accounts.sign_in("林", "wrong", "", "test", AT)
    with pytest.raises(SignInError, match="wait until 09:01:00"):
        accounts.sign_in("林", PASSWORD, "", "test", AT)  # the right one too
    later = AT + timedelta(minutes=1)
    with pytest.raises(SignInError, match="is wrong"):
        accounts.sign_in("林", "wrong", "", "test", later)
    with pytest.raises(SignInError, match="wait until 09:03:00"):
        accounts.sign_in("林", PASSWORD, "", "test", later)
    assert accounts.sign_in("林", PASSWORD, "", "test", AT + timedelta(minutes=3))
    assert accounts.get("林").failures == 0


def test_an_unknown_name_is_told_nothing_else(accounts):
    with pytest.raises(SignInError, match="name, password or code is wrong"):
        accounts.sign_in("谁", PASSWORD, "", "test", AT)


def test_a_closed_account_has_no_session(accounts):
    joined(accounts)
    token = accounts.sign_in("林", PASSWORD, "", "test", AT)
    accounts.set_active("林", active=False, by="系统", origin="test", at=AT)
    assert accounts.session(token, AT) is None
    with pytest.raises(SignInError):
        accounts.sign_in("林", PASSWORD, "", "test", AT)
    with pytest.raises(SignInError, match="no open account"):
        accounts.enter("林", "test", AT, "OIDC")


def test_codes_are_those_of_rfc_6238():
    """Appendix B, SHA-1, the last six of its eight digits: at 59 s 94287082, at 1111111109 s 07081804, at 20000000000 s 65353130."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # 12345678901234567890
    assert [code_at(secret, seconds // 30) for seconds in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_a_code_is_asked_and_taken_once(accounts):
    joined(accounts)
    secret = accounts.ask_codes("林", "系统", "test", AT)
    counter = int((AT - datetime(1970, 1, 1, 8)).total_seconds()) // 30
    for wrong in ("", "000000", code_at(secret, counter + 5)):
        with pytest.raises(SignInError):
            accounts.sign_in("林", PASSWORD, wrong, "test", AT)
    assert accounts.sign_in("林", PASSWORD, code_at(secret, counter), "test", AT)
    with pytest.raises(SignInError):
        accounts.sign_in("林", PASSWORD, code_at(secret, counter), "test", AT)


def test_accounts_leave_their_acts_and_no_secret_in_the_chain(accounts, ledger):
    joined(accounts)
    accounts.sign_in("林", PASSWORD, "", "test", AT)
    kinds = [act.act.kind for act in ledger.acts()]
    assert kinds == ["account.made", "account.password", "account.signed_in"]
    assert PASSWORD not in str(list(ledger.acts()))
    assert ledger.verify() == []


def test_migrations_keep_the_chain_when_records_go(url):
    ledger = Ledger(url)
    ledger.upgrade()
    Records(ledger).make("task", "130100", None, "planned", {}, by())
    joined(Accounts(ledger))
    ledger.downgrade("0001")
    assert len(list(ledger.acts())) == 3
    assert ledger.verify() == []
    ledger.upgrade()
    assert Records(ledger).find() == []
    ledger.close()
