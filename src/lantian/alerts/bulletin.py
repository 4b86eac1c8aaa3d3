"""From a proposal to the messages that would go out: the first, its update, its cancellation. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lantian.alerts.cap import Alert, Area, Info, Point
from lantian.alerts.model import Level, Proposal
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.law import LawBook

Say = Callable[[Message | Mapping[str, Any], str], str]
"""Put a message into words: (message, 'zh' or 'en')."""
TONGUES = {"zh-CN": "zh", "en": "en"}
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends: an address that is theirs alone, their name in both languages, the page where the warning can be read."""

    address: str
    name: Mapping[str, str]
    web: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a warning holds: the place's names in both languages, its code, its outlines where they are known."""

    code: str
    name: Mapping[str, str]
    polygons: tuple[tuple[Point, ...], ...] = ()


def identifier(place: str, sent: datetime, word: str) -> str:
    """Name a message by place, second and what it says.

    >>> identifier("110000", datetime(2015, 12, 7, 18), "red")
    'lantian-110000-20151207T180000-red'
    """
    return f"lantian-{place}-{sent:%Y%m%dT%H%M%S}-{word}"


def certainty(proposal: Proposal, likely_above: int) -> str:
    """Give how certain a warning is: observed once a polluted day is over, else likely or possible by its probability, likely where none is known.

    CAP calls a probability above about half likely.
    """
    if proposal.days and proposal.days[0] < proposal.now.date():
        return "Observed"
    chance = proposal.chance
    return "Likely" if chance is None or chance.probability * PERCENT > likely_above else "Possible"


def draft(
    book: LawBook,
    proposal: Proposal,
    sender: Sender,
    ground: Ground,
    say: Say,
    advice: Sequence[Mapping[str, str]] = (),
    *,
    sent: datetime | None = None,
    status: str = "Actual",
    earlier: Alert | None = None,
) -> Alert:
    """Draft the message of a proposal that issues, upgrades, downgrades or keeps a warning; ``earlier`` is the message that it replaces.

    A proposal without a level raises ``InputError``: lifting is said by ``cancel``.
    """
    level, start, end = proposal.level, proposal.start, proposal.end
    if level is None or start is None or end is None:
        raise InputError(f"the proposal for {proposal.place} has no level, so there is nothing to announce; lift a warning with a cancellation")
    when = sent or proposal.now
    if end <= when:
        raise InputError(f"the warning would end {end:%Y-%m-%d %H:%M}, before it is sent {when:%Y-%m-%d %H:%M}; decide anew")
    begun = start <= when
    on = when.date()
    common = Info(
        language="",
        event="",
        response="Prepare" if level < Level.ORANGE else "Execute",
        urgency="Immediate" if begun else "Future",
        severity=book.value("law_warning_cap", on=on, level=level.word).value["severity"],
        certainty=certainty(proposal, int(book.value("law_warning_choice", on=on, choice="likely_above").value)),
        effective=when,
        onset=start,
        expires=end,
        sender_name="",
        headline="",
        description="",
        instruction="",
        parameters={},
        area=Area("", ground.code, ground.polygons),
        web=sender.web,
    )
    infos = tuple(_said(common, language, tongue, proposal, level, sender, ground, say, advice) for language, tongue in TONGUES.items())
    name = identifier(ground.code, when, level.word)
    references = () if earlier is None else (earlier.reference,)
    return Alert(name, sender.address, when, status, "Alert" if earlier is None else "Update", infos, references)


def _said(
    common: Info,
    language: str,
    tongue: str,
    proposal: Proposal,
    level: Level,
    sender: Sender,
    ground: Ground,
    say: Say,
    advice: Sequence[Mapping[str, str]],
) -> Info:
    """Put a message into one language: what, where, why, and what people should do."""
    place = ground.name[tongue]
    told = {
        "place": place,
        "level": level.said,
        "first": f"{proposal.days[0] if proposal.days else common.onset.date()}",
        "last": f"{proposal.days[-1] if proposal.days else common.expires.date()}",
        "worst": proposal.worst_aqi,
        "start": f"{common.onset:%Y-%m-%d %H:%M}",
        "end": f"{common.expires:%Y-%m-%d %H:%M}",
    }
    why = (say(each, tongue) for each in proposal.because)
    measures = (Message("alert.advice", {"people": each[f"people_{tongue}"], "measure": each[f"measure_{tongue}"]}) for each in advice)
    return replace(
        common,
        language=language,
        event=say(Message("alert.event", told), tongue),
        sender_name=sender.name[tongue],
        headline=say(Message("alert.headline", told), tongue),
        description="\n".join((say(Message("alert.description" if proposal.worst_aqi is not None else "alert.description_plain", told), tongue), *why)),
        instruction=" ".join(say(each, tongue) for each in measures),
        parameters={
            "level": level.word,
            **({"rule": proposal.rules} if proposal.rules else {}),
            **({} if proposal.worst_aqi is None else {"AQI": f"{proposal.worst_aqi}"}),
        },
        area=Area(place, ground.code, ground.polygons),
    )


def cancel(earlier: Alert, sent: datetime, place: Mapping[str, str], level: Level, say: Say) -> Alert:
    """Draft the message that lifts a warning: it refers to the message in force and gives the all-clear."""
    infos = []
    for info in earlier.infos:
        tongue = TONGUES[info.language]
        told = {"place": place[tongue], "level": level.said}
        said = say(Message("alert.headline_lifted", told), tongue)
        onset = min(info.onset, sent)
        infos.append(
            replace(
                info,
                response="AllClear",
                urgency="Past",
                effective=sent,
                onset=onset,
                expires=max(info.expires, sent),
                headline=said,
                description=said,
                instruction="",
            )
        )
    name = identifier(infos[0].area.geocode, sent, "lifted")
    return Alert(name, earlier.sender, sent, earlier.status, "Cancel", tuple(infos), (earlier.reference,))
