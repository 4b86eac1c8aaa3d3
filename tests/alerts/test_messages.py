"""CAP messages and feeds: against the schema of OASIS and a feed reader, whatever the words; what is wrong is told whole; kept and given back the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import capvalidator
import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from lantian.alerts.atom import Feed, write_feed
from lantian.alerts.bulletin import Ground, Sender, cancel, draft
from lantian.alerts.cap import NAMESPACE, faults, outline, write_cap
from lantian.alerts.model import Level, Proposal
from lantian.alerts.service import advice
from lantian.alerts.stored import freeze, thaw
from lantian.app.speech import say
from lantian.kernel.errors import FaultsError, InputError
from lantian.law import book
from lantian.places.outlines import outline_of

LAW = book()
NOW = datetime(2015, 12, 7, 18)
PLACE = {"zh": "北京市", "en": "Beijing"}
SENDER = Sender("duty@example.cn", {"zh": "北京市应急办", "en": "Beijing emergency office"}, "https://example.cn/warnings")
PROPOSAL = Proposal(
    "beijing:2015", "110000", NOW, "issue", Level.RED, Level.RED, datetime(2015, 12, 8, 7), datetime(2015, 12, 10, 12), open_end=False,
    days=tuple(datetime(2015, 12, day).date() for day in (8, 9)), because=(), readings={}, by_value={}, chances={}, worst_aqi=294,
)  # fmt: skip


def alert(**more):
    ground = Ground("110000", PLACE, outline(outline_of("110000")))
    return draft(LAW, PROPOSAL, SENDER, ground, say, advice(LAW, 294, NOW.date()), **more)


def good(found):
    result = capvalidator.check_schema(write_cap(found))
    return result.passed


def test_a_message_its_update_and_its_end_follow_the_schema():
    first = alert()
    update = replace(alert(sent=NOW + timedelta(hours=3), earlier=first))
    end = cancel(update, NOW + timedelta(days=2), PLACE, Level.RED, say)
    assert [each.kind for each in (first, update, end)] == ["Alert", "Update", "Cancel"]
    assert all(good(each) for each in (first, update, end))
    assert faults(end, [first, update]) == []
    root = etree.fromstring(write_cap(end))
    assert root.findtext(f"{{{NAMESPACE}}}references") == f"duty@example.cn,{update.identifier},2015-12-07T21:00:00+08:00"
    polygon = root.findtext(f".//{{{NAMESPACE}}}polygon").split()
    assert polygon[0] == polygon[-1]
    latitudes, longitudes = zip(*((float(x) for x in point.split(",")) for point in polygon), strict=True)
    assert 39 < min(latitudes) < max(latitudes) < 42
    assert 115 < min(longitudes) < max(longitudes) < 118
    assert [each.text for each in root.iter(f"{{{NAMESPACE}}}language")] == ["zh-CN", "en"]


def test_a_message_kept_is_given_back_the_same():
    first = alert()
    assert thaw(freeze(first)) == first
    update = alert(sent=NOW + timedelta(hours=3), earlier=first)
    assert write_cap(thaw(freeze(update))) == write_cap(update)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=st.text(min_size=1, max_size=60), name=st.text(max_size=20))
def test_any_words_are_written_rightly_or_refused_with_the_reason(words, name):
    first = alert()
    said = replace(first, infos=tuple(replace(info, description=words, parameters={"level": "red", "note": name or "x"}) for info in first.infos))
    told = faults(said)
    if told:
        with pytest.raises(FaultsError):
            write_cap(said)
        assert all("XML" in each or "empty" in each for each in told)
        return
    assert good(said)
    root = etree.fromstring(write_cap(said))
    assert root.findtext(f".//{{{NAMESPACE}}}description") == words.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"identifier": "a b"}, "identifier 'a b'"),
        ({"sender": ""}, "sender ''"),
        ({"kind": "Other"}, "kind 'Other'"),
        ({"status": "Real"}, "status 'Real'"),
        ({"kind": "Update"}, "refers to no earlier message"),
        ({"infos": ()}, "say it once in each"),
        ({"note": "\x00"}, "U+0000"),
    ],
)
def test_what_is_wrong_with_a_message_is_told(change, told):
    wrong = replace(alert(), **change)
    assert any(told in each for each in faults(wrong))
    with pytest.raises(FaultsError):
        write_cap(wrong)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"severity": "Bad"}, "severity 'Bad'"),
        ({"expires": NOW}, "it expires"),
        ({"effective": NOW - timedelta(hours=1)}, "lies before it is sent"),
        ({"headline": " "}, "headline is empty"),
        ({"parameters": {"rule": ""}}, "leave out what is not known"),
    ],
)
def test_what_is_wrong_in_a_language_is_told(change, told):
    first = alert()
    assert any(told in each for each in faults(replace(first, infos=tuple(replace(info, **change) for info in first.infos))))


def test_references_are_held_against_what_was_sent():
    first = alert()
    update = alert(sent=NOW + timedelta(hours=1), earlier=first)
    assert faults(update, [first]) == []
    assert any("is no message that was sent" in each for each in faults(update, [replace(first, identifier="x")]))
    assert any("was used before" in each for each in faults(first, [first]))
    early = alert(sent=NOW - timedelta(hours=1), earlier=first)
    assert any("was sent after this message" in each for each in faults(early, [first]))
    with pytest.raises(FaultsError) as fault:
        write_cap(replace(first, sent=NOW.astimezone()))
    assert "names a time zone" in f"{fault.value} {fault.value.faults}"


def test_an_outline_is_closed_and_latitude_first():
    with pytest.raises(InputError):
        outline({"type": "Point", "coordinates": [116, 39]})
    assert outline_of("130100") is None


def feed(**more):
    told = {"id": "urn:x", "title": "预警", "author": "蓝天", "language": "zh-CN", "address": "https://example.cn/a", "page": "https://example.cn/"}
    return Feed(**{**told, "cap": "https://example.cn/{identifier}.xml", "updated": NOW, **more})


def test_a_feed_is_read_by_a_reader_newest_first():
    alerts = [alert(sent=NOW + timedelta(hours=n)) for n in range(3)]
    found = feedparser.parse(write_feed(feed(), alerts))
    assert not found.bozo
    assert [entry.updated for entry in found.entries] == [f"2015-12-07T{hour}:00:00+08:00" for hour in (20, 19, 18)]
    assert len({entry.id for entry in found.entries}) == 3
    assert not feedparser.parse(write_feed(feed(language="en"), [])).bozo


@pytest.mark.parametrize(
    ("change", "told"),
    [({"address": "example.cn"}, "no absolute address"), ({"cap": "https://x/y.xml"}, "has no {identifier}"), ({"language": "fr"}, "says nothing in fr")],
)
def test_a_feed_that_nobody_could_follow_is_refused(change, told):
    with pytest.raises(FaultsError) as fault:
        write_feed(feed(**change), [alert()])
    assert told in f"{fault.value} {fault.value.faults}"
