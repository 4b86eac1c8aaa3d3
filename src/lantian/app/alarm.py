"""Warnings as records: what the house states in one, what follows from issuing and lifting it, which are in force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from lantian.alerts.bulletin import Ground, Sender, cancel, draft
from lantian.alerts.cap import Alert, faults, outline
from lantian.alerts.model import Level, Proposal
from lantian.alerts.service import advice, rules_in_force
from lantian.alerts.stored import freeze, level_of, proposal_of, thaw
from lantian.app.acting import now, stated
from lantian.app.flows import flow_of
from lantian.app.house import House
from lantian.app.post import warning_letters
from lantian.app.settings import site_address
from lantian.app.speech import say
from lantian.app.warnings import WarningRoom
from lantian.kernel.errors import FaultsError, InputError
from lantian.kernel.finding import Message
from lantian.kernel.place_id import within
from lantian.ledger import By, Follows, Record, Turn, get_in, make_in, move_in, put
from lantian.places import Group
from lantian.places.outlines import outline_of

RULE = "lantian 规则"
"""Who acts by rule: no person, so that any person may approve."""
OPEN = ("issued", "lifting")


class AlarmRoom:
    """The warnings of an installation at one clock."""

    def __init__(self, house: House) -> None:
        """Hold the house."""
        self.house = house

    @property
    def clock(self) -> datetime:
        """Give the moment that warnings speak at: the replayed one where there is one."""
        return self.house.moment.as_of or now()

    @property
    def room(self) -> WarningRoom:
        """Give the rules with the forecast that feeds them."""
        return WarningRoom(self.house, self.house.forecast_days)

    def proposal(self, code: str) -> dict[str, Any] | Message:
        """Give what the rules propose for a city now, or why they cannot say."""
        held = self.in_force(code)
        current = level_of(held[0].body["level"]) if held else None
        prompts = [each for each in self.house.desk.records.find(["prompt"], code) if each.state != "ended"]
        asked = max((self._prompt(each) for each in prompts), key=lambda each: each.level, default=None)
        try:
            return self.room.decide(code, current=current, prompt=asked)
        except InputError as error:
            return Message("alarm.no_proposal", {"why": str(error)})

    def _prompt(self, record: Record) -> Any:
        from lantian.alerts.model import Prompt

        body = record.body
        start, end = datetime.fromisoformat(body["start"]), datetime.fromisoformat(body["end"])
        return Prompt(Level[body["level"].upper()], start, end, self.house.atlas.group(body["group"]).zh)

    def prefill(self, code: str) -> dict[str, str]:
        """Give the form of a new warning as the rules would fill it."""
        found = self.proposal(code)
        held = self.in_force(code)
        given = {"updates": held[0].id} if held else {}
        if isinstance(found, Message) or found["level"] is None:
            return given
        return given | {"level": found["level"], "start": found["start"], "end": found["end"]}

    def made(self, code: str, given: Mapping[str, str]) -> dict[str, Any]:
        """Give what the house states in a new warning: the proposal at this clock, the text that would go out, who is asked to consult."""
        flow = flow_of("warning")
        body = stated(flow, given, tuple(each.name for each in flow.begun_with))
        held = {each.id: each for each in self.in_force(code)}
        if body.get("updates") and body["updates"] not in held:
            raise InputError(f"{body['updates']} is no warning in force at {code}; there are {', '.join(held) or 'none'}")
        if held and not body.get("updates") and body.get("drill") != "yes":
            raise InputError(f"{', '.join(held)} is in force there; name it as the warning that this one replaces")
        found = self.proposal(code)
        told = {"proposal": None if isinstance(found, Message) else found, "no_proposal": _as_json(found) if isinstance(found, Message) else None}
        body |= told | {"comments": [], "clock": self.clock.isoformat()}
        return body | self._texts(code, body)

    def edited(self, record: Record, given: Mapping[str, str]) -> dict[str, Any]:
        """Give what a changed draft states."""
        body = record.body | stated(flow_of("warning"), given, flow_of("warning").move("edit").fields, partly=True)  # type: ignore[union-attr]
        return self._texts(record.place, body)

    def commented(self, record: Record, given: Mapping[str, str], by: By, place: str) -> dict[str, Any]:
        """Add a comment to a draft; an empty one raises ``InputError``."""
        text = given.get("comment", "").strip()
        if not text:
            raise InputError("意见是空的；请写明意见。The comment is empty; say something.")
        name = given.get("speaker", "").strip()[:80] or self.house.atlas.place(place).name
        said = {"speaker": name, "by": by.actor, "text": text[:2000], "at": by.at.isoformat()}
        return {"comments": [*record.body["comments"], said], "comment": None, "speaker": None}

    def issued(self, record: Record, by: By) -> tuple[dict[str, Any], Follows]:
        """Give what an issued warning states, and what follows in the same transaction: the older one replaced, prompts answered, letters put out."""
        earlier = self._earlier(record.body.get("updates"))
        alert = self._alert(record.place, record.body, record.id, earlier)
        found = faults(alert, [] if earlier is None else [earlier])
        if found:
            raise FaultsError(f"CAP message {alert.identifier}", found)
        start = datetime.fromisoformat(record.body["start"])
        lead = round((start - alert.sent) / timedelta(hours=1), 1)
        more = {"messages": [freeze(alert)], "issued_at": alert.sent.isoformat(), "lead_kept": lead, "lead_promised": self._lead(record.place, start)}
        prompts = [each for each in self.house.desk.records.find(["prompt"], record.place) if each.state in ("told", "acknowledged", "declined")]
        level = Level[record.body["level"].upper()]
        response = self.house.response.response_to(record.place, record.body["level"], start, datetime.fromisoformat(record.body["end"]))
        open_before = self.house.response.open_of(record.body.get("updates") or "")

        def follows(turn: Turn, after: Record) -> None:
            rule = By(RULE, by.origin, after.id, by.at)
            self.house.response.lift_in(turn, after.id, by, open_before)
            self.house.response.draft_in(turn, after, response, by)
            if after.body.get("updates"):
                old = get_in(turn, after.body["updates"])
                if old.state not in OPEN:
                    raise InputError(f"{old.id} is {old.state} meanwhile and cannot be replaced; send this draft back and name no older warning")
                move_in(turn, old.id, old.version, "replace", "replaced", old.body | {"replaced_by": after.id, "replaced_at": alert.sent.isoformat()}, rule)
            for each in prompts:
                if Level[each.body["level"].upper()] <= level:
                    move_in(turn, each.id, each.version, "start", "started", each.body | {"warning": after.id}, rule)
            if not drill(after):
                put(turn, warning_letters(self.house, after, alert), by.at)

        return more, follows

    def lifted(self, record: Record, by: By) -> tuple[dict[str, Any], Follows]:
        """Give what a lifted warning states, and the letters that say so."""
        issued = thaw(record.body["messages"][0])
        place = self.house.atlas.place(record.place)
        level = Level[record.body["level"].upper()]
        name = {"zh": place.name, "en": place.name_en}
        sent = max(self.clock, issued.sent)
        end = cancel(issued, sent, name, level, say)
        end = replace(end, identifier=f"{end.identifier}-{record.id}")
        held = self.house.response.open_of(record.id)

        def follows(turn: Turn, after: Record) -> None:
            self.house.response.lift_in(turn, after.id, by, held)
            if not drill(after):
                put(turn, warning_letters(self.house, after, end), by.at)

        return {"messages": [*record.body["messages"], freeze(end)], "lifted_at": sent.isoformat()}, follows

    def tell_cities(self, record: Record, by: By) -> Follows:
        """Give what follows from a regional prompt: one record on the desk of each city of the region."""
        group = self.house.atlas.group(record.body["group"])

        def follows(turn: Turn, after: Record) -> None:
            names = ("group", "level", "start", "end", "text", "drill")
            body = {name: after.body[name] for name in names if name in after.body} | {"region": after.id}
            for code in group.members:
                rule = By(RULE, by.origin, after.id, by.at, f"{after.id}:{code}")
                make_in(turn, "prompt", code, None, "told", body, rule)

        return follows

    def end_prompts(self, record: Record, by: By) -> Follows:
        """Give what follows from the end of a regional prompt: those of its cities end too."""
        held = [each for each in self.prompts_of(record) if each.state != "ended"]

        def follows(turn: Turn, after: Record) -> None:
            for each in held:
                move_in(turn, each.id, each.version, "end", "ended", each.body, By(RULE, by.origin, after.id, by.at))

        return follows

    def check_region(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Check that a regional prompt names a region; another word raises ``InputError``."""
        found = self.house.air.place(given.get("group", "").strip() or "?")
        if not isinstance(found, Group):
            raise InputError(f"{given.get('group')!r} is a city or province; name a region, e.g. 京津冀")
        return {"group": found.key}

    def prompts_of(self, record: Record) -> list[Record]:
        """Give the prompts on the desks of a region's cities, by place."""
        found = [each for each in self.house.desk.records.find(["prompt"]) if each.body.get("region") == record.id]
        return sorted(found, key=lambda each: each.place)

    def in_force(self, place: str | None = None, start: datetime | None = None, end: datetime | None = None) -> list[Record]:
        """Give the warnings in force at the clock, or at some time between two moments, the gravest first; a drill is none."""
        since, until = start or self.clock, end or self.clock
        found = [
            each
            for each in self.public()
            if _issued(each) <= until and _stands_until(each) > max(since, _issued(each)) and (place is None or within(each.place, place))
        ]
        return sorted(found, key=lambda each: (-Level[each.body["level"].upper()], each.place))

    def public(self) -> list[Record]:
        """Give every warning that was ever issued, the newest first; drills are left out."""
        found = [each for each in self.house.desk.public(["warning"]) if not drill(each)]
        return sorted(found, key=lambda each: (each.body["issued_at"], each.id), reverse=True)

    def messages(self) -> list[Alert]:
        """Give every message that went out, the newest first."""
        found = [thaw(each) for record in self.public() for each in record.body["messages"]]
        return sorted(found, key=lambda each: (each.sent, each.identifier), reverse=True)

    def _texts(self, code: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Give the text as it would go out, and the places asked to consult."""
        alert = self._alert(code, body, "draft", None)
        texts = {info.language: {"headline": info.headline, "description": info.description, "instruction": info.instruction} for info in alert.infos}
        words = re.split(r"[\s,，、;；]+", str(body.get("consulted") or "").strip())
        return {"texts": texts, "invited": [self.house.air.city(word).code for word in words if word]}

    def _alert(self, code: str, body: Mapping[str, Any], name: str, earlier: Alert | None) -> Alert:
        """Make the message of a draft as it stands."""
        house, place = self.house, self.house.atlas.place(code)
        level = Level[body["level"].upper()]
        start, end = datetime.fromisoformat(body["start"]), datetime.fromisoformat(body["end"])
        if end <= max(start, self.clock):
            raise InputError(
                f"the warning would end {end:%Y-%m-%d %H:%M}, not after its start {start:%Y-%m-%d %H:%M} and the clock {self.clock:%Y-%m-%d %H:%M}"
            )
        kept = body.get("proposal")
        bare = Proposal("", code, self.clock, "issue", None, None, None, None, open_end=False, days=(), because=(), readings={}, by_value={}, chances={})
        proposal = proposal_of(kept, code) if kept else bare
        if proposal.level != level:
            proposal = replace(proposal, because=(*proposal.because, Message("alarm.by_hand", {"level": level.said})))
        proposal = replace(proposal, level=level, start=start, end=end, now=self.clock)
        name_both = {"zh": place.name, "en": place.name_en}
        sender = Sender(
            f"lantian@{re.sub(r'^https?://|[:/].*$', '', site_address()) or 'localhost'}",
            {lang: say(Message("alarm.sender", {"place": name_both[lang]}), lang) for lang in ("zh", "en")},
            f"{site_address()}/warnings",
        )
        shape = outline_of(code)
        ground = Ground(code, name_both, outline(shape) if shape else ())
        exercise = body.get("drill") == "yes" or house.moment.as_of is not None
        told = draft(house.law, proposal, sender, ground, say, advice(house.law, proposal.worst_aqi, self.clock.date()), sent=self.clock, status="Exercise" if exercise else "Actual", earlier=earlier)  # fmt: skip
        measures = {"zh-CN": str(body.get("measures") or ""), "en": str(body.get("measures_en") or "")}
        infos = tuple(replace(info, instruction="\n".join(filter(None, (measures[info.language].strip(), info.instruction)))) for info in told.infos)
        note = "" if not exercise else "演练 drill" if body.get("drill") == "yes" else "回放 replay"
        return replace(told, identifier=f"{told.identifier}-{name}", infos=infos, note=note)

    def _earlier(self, name: str | None) -> Alert | None:
        return None if not name else thaw(self.house.desk.records.get(name).body["messages"][-1])

    def _lead(self, code: str, start: datetime) -> int | None:
        try:
            return rules_in_force(self.house.law, self.house.atlas, code, start.date()).rules.lead
        except InputError:
            return None


def drill(record: Record) -> bool:
    """Tell whether a record belongs to a drill."""
    return record.body.get("drill") == "yes"


def _issued(record: Record) -> datetime:
    """Give the moment at which a warning was issued."""
    return datetime.fromisoformat(record.body["issued_at"])


def _stands_until(record: Record) -> datetime:
    """Give the moment at which a warning ends: as told, or earlier where it was lifted or replaced."""
    told = (record.body["end"], record.body.get("lifted_at"), record.body.get("replaced_at"))
    return min(datetime.fromisoformat(each) for each in told if each)


def _as_json(message: Message) -> dict[str, Any]:
    return {"key": message.key, "values": dict(message.values)}
