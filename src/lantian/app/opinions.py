"""What the public says of a project: taken without an account through the guards of complaints, shown with the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from lantian.app.applications import OPEN
from lantian.app.complaints import PUBLIC, ComplaintRoom, NotTakenError
from lantian.disclosure.rules import likeness, text_faults
from lantian.kernel.errors import InputError
from lantian.kernel.finding import Message
from lantian.ledger import By, Record

if TYPE_CHECKING:
    from lantian.app.house import House

FLOW = "opinion"


@dataclass(frozen=True)
class Opinions:
    """The public comments of an installation; ``room`` guards their form as it guards complaints."""

    house: House
    room: ComplaintRoom

    def of(self, application: str) -> list[Record]:
        """Give the comments on one application, the first one first."""
        found = [each for each in self.house.desk.records.find([FLOW]) if each.body["application"] == application]
        return sorted(found, key=lambda each: (each.made_at, each.id))

    def send(self, project: Record, text: str, stamp: str, address: str, at: datetime) -> Record:
        """Take a comment on a project that is open for comment; one that cannot be taken raises ``NotTakenError``."""
        if not open_for_comment(project, at):
            raise InputError("这个项目现在不接受公众意见。This project is not open for comment now.")
        once = f"{FLOW}:{project.id}:{self.room.intent(stamp, at)}"
        words = " ".join(text.split(" ")).replace("\r\n", "\n").strip()
        faults = text_faults(words, "", FLOW, [FLOW], self.room.bounds)
        if faults:
            raise NotTakenError(faults)
        alike = likeness(words, project.place, project.id)
        held = self.of(project.id)
        same = next((each for each in held if each.body["intent"] == once), None)
        if same is not None:
            return same
        if any(each.body["likeness"] == alike for each in held):
            raise NotTakenError([Message("disclosure.complaint.alike", {"days": self.room.bounds["alike"]})])
        self.room.count(address, at)
        body = {"application": project.id, "title": project.body["title"], "text": words, "likeness": alike, "intent": once}
        return self.house.desk.records.make(FLOW, project.place, None, "received", body, By(PUBLIC, "web form", "", at, once))


def open_for_comment(project: Record, at: datetime) -> bool:
    """Tell whether everybody may comment on a project now."""
    return project.state in OPEN and at.date().isoformat() <= project.body["comment_until"]
