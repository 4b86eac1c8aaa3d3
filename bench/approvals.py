"""The benchmark of the gates: many different projects against all gates, without reasons, and one by one with them."""

# ruff: noqa: ARG002

from __future__ import annotations

import random
import resource
import time
from datetime import date

from measure import GIB, machine, markdown

from lantian.approvals.model import Application, Offset, Unit
from lantian.approvals.service import decide, judge
from lantian.law import book

MANY = 100_000


class World:  # a table of facts
    """A place in Hebei whose PM2.5 failed, and a ledger that holds what is offered."""

    def __init__(self) -> None:
        self.held = frozenset({"bth13", "130000"})

    def groups(self, place: str) -> frozenset[str]:
        return self.held

    def city(self, place: str) -> str:
        return "石家庄"

    def key47(self, place: str, on: date) -> bool:
        return True

    def attained(self, place: str, pollutant: str, year: int) -> bool:
        return pollutant != "PM2.5"

    def quota_left(self, place: str, pollutant: str, on: date) -> None:
        return None

    def credit_held(self, offset: Offset, project: Application, on: date) -> float:
        return offset.amount

    def missed_tasks(self, place: str, on: date) -> tuple[()]:
        return ()

    def freezes(self, place: str, on: date) -> tuple[()]:
        return ()

    def access_listed(self, applicant: str, industry: str, on: date) -> bool:
        return True


def project(chance: random.Random, number: int) -> Application:
    industry = chance.choice(["power", "steel", "cement", "food", "heating", "flat_glass"])
    emissions = {each: round(chance.uniform(0, 50), 3) for each in ("SO2", "NOx", "PM", "VOC")}
    size = chance.uniform(1, 100)
    boiler = Unit("boiler", size, "t/h", chance.choice(["coal", "gas"]), standard="gb_13271", unit_type="coal", limits={"SO2": 200, "NOx": 200, "PM": 30})
    offsets = tuple(Offset("130100", item, industry, round(amount * chance.uniform(0, 3), 3)) for item, amount in emissions.items())
    return Application(
        str(number),
        "bench",
        "130100",
        industry,
        "new",
        date(2015, chance.randint(1, 12), 1),
        emissions=emissions,
        coal=size * 1000,
        energy=size,
        capacity=size,
        capacity_unit="万吨",
        documents=frozenset(chance.sample(["eia_report", "plan_eia", "energy_review", "total_quota"], 3)),
        units=(boiler,),
        offsets=offsets,
        built_up=True,
        urban_core=False,
        zones=frozenset({"key"}),
        in_plan=True,
        major=True,
        energy_level="international",
        started=date.max,
    )


def main() -> None:
    chance = random.Random(1)
    projects = [project(chance, number) for number in range(MANY)]
    rows = []
    for name, work in (
        ("judge", lambda: judge(book(), World(), projects)),
        ("decide", lambda: [decide(book(), World(), each) for each in projects[: MANY // 10]]),
    ):
        began = time.process_time()
        done = work()
        rows.append([name, f"{len(done):,}", f"{time.process_time() - began:.1f}", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB:.2f}"])
    print(machine(), markdown(("what", "projects", "CPU s", "peak GiB"), rows), sep="\n\n")


if __name__ == "__main__":
    main()
