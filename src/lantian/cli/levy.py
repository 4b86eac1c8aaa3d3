"""``lantian levy``: what an enterprise owes for a quarter, line by line, with the reasons."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lantian.app.speech import say
from lantian.cli import common
from lantian.cli.common import AsOf, Json, Lang

HEADS = {
    "zh": ("排放口", "月份", "污染物", "千克", "污染当量", "标准", "倍数", "金额 元"),
    "en": ("outlet", "month", "pollutant", "kg", "equivalents", "rate", "factor", "amount yuan"),
}
KIND = {"levy": ("排污费", "discharge levy"), "tax": ("环境保护税", "environmental protection tax")}


def levy(
    enterprise: Annotated[str, typer.Argument(help="The unified social credit code of the enterprise.")],
    quarter: Annotated[str, typer.Option("--quarter", help="Such as 2015Q4.")],
    as_of: AsOf = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Reckon the discharge levy (to 2017) or the environmental protection tax (from 2018) of a quarter from the hours of the enterprise's outlets.

    Leaves with 0 when reckoned, also where lines are unknown and the total is only the least; with 2 on an unknown enterprise or quarter.
    """
    words = common.language(lang)
    found = common.open_house(as_of).sources.levy(enterprise, quarter)
    if json:
        common.print_json(found, words)
    else:
        print_bill(found, words)


def print_bill(found: dict[str, Any], words: str) -> None:
    """Print a bill as a table, its sum, and why lines are unknown or provisional."""
    first = words == "zh"
    shown = [line for line in found["lines"] if line["counts"]]
    rows = [
        (
            *(line["outlet"], line["month"], say(line["called"], words), line["kg"], line["equivalents"]),
            *(_rate(line, words), line["factor"] and f"{line['factor']:g}", line["amount"]),
        )
        for line in shown
    ]
    kind = KIND[found["kind"]][0 if first else 1]
    common.table(f"{kind} {found['quarter']}", HEADS[words], rows)
    least = ("至少 " if first else "at least ") if found["at_least"] else ""
    due = "" if found["due"] is None else (f"，{found['due']} 前申报" if first else f", to be filed by {found['due']}")
    common.console.print(f"{'合计' if first else 'total'} {least}{found['total']} {'元' if first else 'yuan'}{due}", highlight=False, style="bold")
    if found["simulated"]:
        common.console.print("含模拟数据，不是真实的应缴额" if first else "rests on simulated outlets: nobody owes this", highlight=False)
    for each in found["unknown"]:
        common.console.print(("因为 " if first else "because ") + say(each, words), highlight=False)
    for each in found["provisional"]:
        common.console.print(("暂定 " if first else "provisional ") + say(each, words), highlight=False, style="dim")


def _rate(line: dict[str, Any], words: str) -> str | None:
    if line["rate"] is None:
        return None
    return f"{line['rate']:g} {say({'key': 'market.unit.' + line['rate_unit'].removeprefix('yuan/'), 'values': {}}, words)}"
