"""Complaints: filed without an account, guarded, answered on the desk, judged through the private link; nothing private is public and nothing sent runs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from lantian.app import complaints as module
from lantian.app.acting import now
from lantian.app.complaints import ComplaintRoom, Filing, NotTakenError, Turnstile
from lantian.disclosure.rules import Told, figures, photo_kind
from lantian.kernel.finding import Message
from tests.web.fake_sources import source_site
from tests.web.test_safety import EVIL

JPEG = b"\xff\xd8\xff\xe0" + b"picture" * 10 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 10 + b"IEND\xaeB`\x82"
TEXT = "12月8日晚上8点，1号烟囱冒黑烟，持续约20分钟。"
CONTACT = "张先生 13800000000"


@pytest.fixture
def stacks(sample, tmp_path):
    made = source_site(sample, tmp_path)
    yield made
    made.house.desk.ledger.close()


@pytest.fixture
def later(monkeypatch):
    """Let a form be as old as is asked."""

    def move(**by):
        moved = now() + timedelta(**by)
        monkeypatch.setattr("lantian.web.complaints.now", lambda: moved)

    return move


def stamp_of(site):
    return re.search(r'name="stamp" value="([^"]+)"', site.visitor().get("/complaint").text).group(1)


def send(site, later, files=None, seconds=60, **given):
    later(seconds=0)
    stamp = given.pop("stamp", None) or stamp_of(site)
    later(seconds=seconds)
    data = {"stamp": stamp, "kind": "smoke", "place": "石家庄", "text": TEXT, "outlet": "", "contact": "", "website": ""} | given
    return site.visitor().ask("POST", "/complaint", data=data, files=files)


def file(site, later, **given):
    answer = send(site, later, **given)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def records(site):
    return site.house.desk.records.find(["complaint"])


def test_a_complaint_from_filing_to_satisfaction(stacks, later):
    link = file(stacks, later, outlet="SJZ-1", contact=CONTACT, files={"photo": ("x.html", JPEG, "image/jpeg")})
    (record,) = records(stacks)
    assert (record.state, record.place, record.owner) == ("filed", "130100", None)
    page = stacks.visitor().get(link)
    assert TEXT in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert CONTACT not in page.text
    assert "1件事等您办理" in stacks.visitor("shijiazhuang").get("/desk").text
    inside = stacks.visitor("shijiazhuang").get(f"/record/{record.id}").text
    assert CONTACT in inside
    assert "photo.jpg" in inside
    assert stacks.move("shijiazhuang", record.id, "accept").status_code == 303
    assert stacks.move("shijiazhuang", record.id, "answer", answer="", published="no").status_code == 400
    assert stacks.move("shijiazhuang", record.id, "answer", answer="已检查，除尘器布袋破损，已更换。", published="no").status_code == 303
    assert "除尘器布袋破损" in stacks.visitor().get(link).text
    assert stacks.visitor().ask("POST", link, data={"verdict": "satisfied"}).status_code == 303
    assert stacks.state(record.id) == "satisfied"
    assert stacks.visitor().ask("POST", link, data={"verdict": "unsatisfied"}).status_code == 303
    assert stacks.state(record.id) == "satisfied"  # said once
    assert stacks.move("shijiazhuang", record.id, "close", ground="满意").status_code == 303
    assert CONTACT not in stacks.visitor("shijiazhuang").get(f"/record/{record.id}").text
    assert list((stacks.house.home / "contacts").iterdir()) == []
    assert stacks.house.desk.ledger.verify() == []


def test_dissatisfaction_opens_it_again_once(stacks, later):
    link = file(stacks, later)
    (record,) = records(stacks)
    stacks.move("shijiazhuang", record.id, "accept")
    for verdict, state in (("unsatisfied", "accepted"), ("unsatisfied", "unsatisfied")):
        assert stacks.move("shijiazhuang", record.id, "answer", answer="已查", published="no").status_code == 303
        first = stacks.house.desk.records.get(record.id).body["answered_at"]
        assert stacks.visitor().ask("POST", link, data={"verdict": verdict}).status_code == 303
        assert stacks.state(record.id) == state
    assert stacks.house.desk.records.get(record.id).body["answered_at"] == first
    assert "没有等您办理" not in stacks.visitor("shijiazhuang").get("/desk").text
    assert stacks.move("shijiazhuang", record.id, "close", ground="已两次答复").status_code == 303
    assert stacks.visitor().get(link).status_code == 200


def test_the_contact_stands_in_no_record_and_no_act(stacks, later):
    file(stacks, later, contact=CONTACT)
    (record,) = records(stacks)
    assert CONTACT not in str(record.body)
    assert all(CONTACT not in str(act.act.after) + str(act.act.before) for act in stacks.house.desk.ledger.acts())
    path = stacks.house.home / "contacts" / record.id
    assert path.stat().st_mode & 0o077 == 0


def test_only_the_hash_of_the_private_word_is_kept(stacks, later):
    link = file(stacks, later)
    word = link.split("?")[0].rsplit("/", 1)[-1]
    assert len(word) >= 32
    assert all(word not in str(act.act.after) for act in stacks.house.desk.ledger.acts())
    (record,) = records(stacks)
    for wrong in ("0" * 40, word[:-1] + ("0" if word[-1] != "0" else "1"), "x"):
        assert stacks.visitor().get(f"/complaint/{record.id}/{wrong}").status_code == 400
        assert stacks.visitor().ask("POST", f"/complaint/{record.id}/{wrong}", data={"verdict": "satisfied"}).status_code == 400
    assert stacks.visitor().get(f"/complaint/complaint-999/{word}").status_code == 400
    assert stacks.visitor().get(f"/record/{record.id}").status_code == 400
    other = stacks.make("hebei", "task", "石家庄", title="x", office="y", due="2015-06-30", provision="C013")
    assert stacks.visitor().get(f"/complaint/{other}/{word}").status_code == 400


def test_a_form_that_comes_back_too_soon_too_late_or_forged_is_not_taken(stacks, later):
    for seconds, said in ((1, "提交得太快"), (25 * 3600, "表单已过期")):
        answer = send(stacks, later, seconds=seconds)
        assert answer.status_code == 400
        assert said in answer.text
        assert TEXT in answer.text  # what was typed is not lost
    stamp = stamp_of(stacks)
    for wrong in ("", "x", "2015-01-01T00:00:00~a~b", stamp[:-1] + "x", stamp.replace("T", "T0", 1)):
        answer = send(stacks, later, stamp=wrong or "~")
        assert "不是本站发出的" in answer.text
    assert records(stacks) == []


def test_what_programs_fill_in_is_taken_for_granted_and_thrown_away(stacks, later):
    answer = send(stacks, later, website="http://spam.example")
    assert answer.status_code == 200
    assert records(stacks) == []


def test_every_fault_is_told_together_in_the_visitors_language(stacks, later):
    answer = send(stacks, later, text="冒烟", kind="gossip", contact="x" * 300, files={"photo": ("a.svg", b"<svg onload=alert(1)>", "image/svg+xml")})
    assert answer.status_code == 400
    for said in ("内容只有2个字", "没有类型", "联系方式有300个字", "照片须为 JPEG 或 PNG"):
        assert said in answer.text
    later(seconds=0)
    stamp = stamp_of(stacks)
    later(seconds=60)
    data = {"stamp": stamp, "kind": "smoke", "place": "石家庄", "text": "x", "outlet": "", "contact": ""}
    assert "write at least 10" in stacks.visitor().ask("POST", "/complaint?lang=en", data=data).text
    assert records(stacks) == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JPEG, "jpg"),
        (PNG, "png"),
        (JPEG[:-2], None),
        (JPEG + b"<script>alert(1)</script>", None),
        (b"GIF89a", None),
        (b"<html>" + JPEG, None),
        (b"\xff\xd8\xff", None),
        (b"", None),
        (b"\x89PNG", None),
    ],
)
def test_a_photo_is_known_by_how_it_begins_and_ends(content, kind):
    assert photo_kind(content) == kind


def test_a_photo_too_large_is_told_and_leaves_nothing(stacks, later):
    answer = send(stacks, later, files={"photo": ("a.jpg", JPEG + b"\0" * 5_000_001, "image/jpeg")})
    assert answer.status_code == 400
    assert "照片大于5 MB" in answer.text
    assert not (stacks.house.home / "evidence").exists()


def test_a_photo_is_for_officers_and_never_shown_as_a_page(stacks, later):
    file(stacks, later, files={"photo": ("../../evil.html", PNG, "text/html")})
    (record,) = records(stacks)
    (exhibit,) = stacks.house.desk.records.exhibits(record.id)
    assert exhibit.name == "photo.png"
    address = f"/record/{record.id}/evidence/{exhibit.hash}"
    assert stacks.visitor().get(address).status_code == 401
    got = stacks.visitor("shijiazhuang").get(address)
    assert got.content == PNG
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"].startswith("attachment")
    for name in ("plant", "datong"):
        assert stacks.visitor(name).get(address).status_code == 400


def test_the_same_form_sent_twice_is_one_complaint_with_one_link(stacks, later):
    stamp = stamp_of(stacks)
    assert file(stacks, later, stamp=stamp) == file(stacks, later, stamp=stamp)
    assert len(records(stacks)) == 1


def test_the_same_words_again_are_not_registered_again(stacks, later):
    file(stacks, later)
    answer = send(stacks, later, text=" " + TEXT.replace("，", " ， ") + "！")
    assert answer.status_code == 400
    assert "30天内已收到同样内容" in answer.text
    file(stacks, later, place="保定")
    assert len(records(stacks)) == 2


def test_one_network_address_may_file_so_many_a_day(stacks, later):
    for number in range(5):
        file(stacks, later, text=f"{TEXT} 第{number}次")
    answer = send(stacks, later, text=f"{TEXT} 第6次")
    assert "今天已举报5次" in answer.text
    assert len(records(stacks)) == 5


def test_all_addresses_together_may_file_so_many_an_hour():
    gate, at = Turnstile(), datetime(2015, 12, 8, 18)
    bounds = {"one_address": 1, "all_addresses": 3}
    assert [gate.fault(f"a{n}", at, bounds) for n in range(3)] == [None] * 3
    assert gate.fault("a9", at, bounds) == Message("disclosure.complaint.busy", {})
    assert gate.fault("a9", at + timedelta(hours=1), bounds) is None
    assert gate.fault("a0", at + timedelta(hours=23), bounds).key == "disclosure.complaint.often"
    assert gate.fault("a0", at + timedelta(hours=24), bounds) is None


def test_a_complaint_that_is_refused_does_not_use_up_a_turn(stacks):
    room = ComplaintRoom(stacks.house)
    at = now()
    for _ in range(8):
        with pytest.raises(NotTakenError):
            room.file(Filing("石家庄", "smoke", "短", room.stamp(at - timedelta(minutes=1)), "10.0.0.1"), at)
    assert not room.turnstile.turns


def test_addresses_are_kept_only_as_a_keyed_print(stacks):
    room = ComplaintRoom(stacks.house)
    room.file(Filing("石家庄", "smoke", TEXT, room.stamp(now() - timedelta(minutes=1)), "203.0.113.7"), now())
    assert "203.0.113.7" not in str(room.turnstile.turns) + str(records(stacks)[0].body)
    assert all("203.0.113.7" not in act.act.origin for act in stacks.house.desk.ledger.acts())


def test_the_register_shows_counts_and_no_text_unless_an_officer_says_so(stacks, later):
    file(stacks, later, outlet="SJZ-1")
    (record,) = records(stacks)
    assert TEXT not in stacks.visitor().get("/complaints").text
    stacks.move("shijiazhuang", record.id, "accept")
    stacks.move("shijiazhuang", record.id, "answer", answer="已更换布袋", published="no")
    shown = stacks.visitor().get("/complaints").text
    assert "收到 1 件举报，已答复 1 件（100%）" in shown
    assert TEXT not in shown
    stacks.move("shijiazhuang", record.id, "close", ground="逾期未评价")
    file(stacks, later, text=TEXT + "又来了", contact=CONTACT)
    second = next(each for each in records(stacks) if each.id != record.id)
    stacks.move("shijiazhuang", second.id, "accept")
    stacks.move("shijiazhuang", second.id, "answer", answer="已罚款", published="yes")
    shown = stacks.visitor().get("/complaints?lang=en").text
    assert "2 complaints received, 2 answered (100%)" in shown
    assert "又来了" in shown
    assert "已罚款" in shown
    assert CONTACT not in shown
    assert stacks.visitor().get("/api/v1/complaints").json()["data"]["received"] == 2
    assert "又来了" not in stacks.visitor().get("/complaints?place=110000").text


def test_a_refused_complaint_counts_nowhere_and_says_why_to_who_wrote_it(stacks, later):
    link = file(stacks, later)
    (record,) = records(stacks)
    assert stacks.move("shijiazhuang", record.id, "refuse", ground="").status_code == 403
    assert stacks.move("shijiazhuang", record.id, "refuse", ground="广告").status_code == 303
    assert "还没有收到举报" in stacks.visitor().get("/complaints").text
    assert "广告" in stacks.visitor().get(link).text


@pytest.mark.parametrize("name", ["plant", "other_plant", "datong", "shanxi", "reader", "auditor"])
def test_enterprises_and_others_do_not_handle_complaints(stacks, later, name):
    file(stacks, later, outlet="SJZ-1", contact=CONTACT)
    (record,) = records(stacks)
    answer = stacks.visitor(name).get(f"/record/{record.id}")
    assert answer.status_code == (200 if name in ("reader", "auditor") else 400)
    assert CONTACT not in answer.text
    assert stacks.move(name, record.id, "accept").status_code in (400, 403)
    assert stacks.state(record.id) == "filed"


def test_what_is_written_in_a_complaint_never_runs(stacks, later):
    link = file(stacks, later, text=f"冒黑烟很久了 {EVIL}", contact=EVIL)
    (record,) = records(stacks)
    stacks.move("shijiazhuang", record.id, "accept")
    stacks.move("shijiazhuang", record.id, "answer", answer=EVIL, published="yes")
    for name, page in ((None, link), (None, "/complaints"), ("shijiazhuang", f"/record/{record.id}"), ("shijiazhuang", "/desk?show=all"), ("hebei", "/audit")):
        for lang in ("zh", "en"):
            text = stacks.visitor(name).get(f"{page}{'&' if '?' in page else '?'}lang={lang}").text
            assert "<script>alert" not in text, page
            assert "<img src=x" not in text, page
    again = send(stacks, later, text=EVIL[:5], contact=EVIL, place="石家庄")
    assert "<script>alert" not in again.text


def test_a_place_or_outlet_that_is_none_is_told(stacks, later):
    for given in ({"place": "nowhere"}, {"outlet": "nothing"}):
        answer = send(stacks, later, **given)
        assert answer.status_code == 400
    assert records(stacks) == []


def test_a_complaint_from_another_site_is_refused(stacks, later):
    stamp = stamp_of(stacks)
    later(seconds=60)
    data = {"stamp": stamp, "kind": "smoke", "place": "石家庄", "text": TEXT}
    assert stacks.visitor().ask("POST", "/complaint", data=data, headers={"origin": "http://evil.example"}).status_code == 403
    assert records(stacks) == []


def test_counts_by_hand():
    """Three taken, two answered after 2 and 4 days: two thirds, three days; the refused one counts nowhere."""
    at = datetime(2015, 12, 1)
    told = [Told("closed", at, at + timedelta(days=2)), Told("unsatisfied", at, at + timedelta(days=4)), Told("filed", at), Told("refused", at)]
    found = figures(told)
    assert (found["received"], found["answered"], found["days"], found["unsatisfied"], found["refused"]) == (3, 2, 3.0, 1, 1)
    assert found["share"] == pytest.approx(2 / 3)
    assert figures([])["share"] is None


def test_the_public_is_named_nowhere():
    assert module.PUBLIC == "public"
