"""The benchmark of the national year: lantian, pandas, Polars, aqi-hub and airqoair on their parts, each task in a fresh process.

Makes the data and the peers' environment when they are missing, prints the tables and keeps them as build/bench/table.md.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from measure import DATA, HERE, OUT, PEERS, RESULTS, THREADS, fresh, machine, markdown

OURS = sys.executable
YEAR_LIMITS = {"LANTIAN_THREADS": str(THREADS), "LANTIAN_MEMORY": "500MB", "LANTIAN_TEMP": str(OUT / "spill")}
FIVE_LIMITS = YEAR_LIMITS | {"LANTIAN_MEMORY": "1400MB"}
PEER_LIMITS = {"POLARS_MAX_THREADS": str(THREADS), "OMP_NUM_THREADS": str(THREADS), "ARROW_NUM_THREADS": str(THREADS)}
TIMES = 3


@dataclass(frozen=True)
class Task:
    """One line of the table: who, what, the process to start, how often, the aim (CPU seconds, GiB)."""

    who: str
    what: str
    python: str
    script: str
    word: str
    limits: dict[str, str]
    times: int = 1
    aim: tuple[float, float] | None = None


TASKS = (
    Task("lantian", "whole chain, the year", OURS, "ours.py", "year", YEAR_LIMITS, TIMES, (6, 0.8)),
    Task("lantian", "whole chain, the year with its quarters and months", OURS, "ours.py", "periods", YEAR_LIMITS),
    Task("lantian", "whole chain, five years with quarters and months, year by year", OURS, "ours.py", "five-by-year", FIVE_LIMITS, 1, (60, 2)),
    Task("lantian", "whole chain under HJ 633-2026 (for aqi-hub)", OURS, "ours.py", "year-2026", YEAR_LIMITS),
    Task("pandas", "station days, MDA8, city days, AQI, percentiles of the year", str(PEERS), "peers.py", "pandas", PEER_LIMITS, TIMES),
    Task("Polars", "the same", str(PEERS), "peers.py", "polars", PEER_LIMITS, TIMES),
    Task("aqi-hub", "AQI of the city days, from values already made", str(PEERS), "peers.py", "hub-cities", PEER_LIMITS),
    Task("aqi-hub", "AQI of the station hours", str(PEERS), "peers.py", "hub-hours", PEER_LIMITS),
    Task("airqoair", "daily means of the stations", str(PEERS), "peers.py", "airqo", PEER_LIMITS),
)
NOTES = (
    "1,500 stations in 370 cities, 6 pollutants, 3 % missing, Parquet, one file a month, 13.2 million rows a year; CPU seconds include threads and start-up.",
    f"Every task on {THREADS} thread; median of {TIMES} runs where a task is short.",
    "lantian reads decimals and computes exactly, for two readings (with and without control points), with validity, index, rank and good days.",
    "The peers read doubles, give one reading, and stop at percentiles.",
    "A scaled task did its stated share of the rows; only the work itself is scaled, without reading and start-up, and its memory is the share's.",
)


def ready() -> None:
    """Make the years and the peers' environment, once."""
    subprocess.run([OURS, str(HERE / "national.py"), str(DATA)], check=True)
    mark = PEERS.parent.parent / ".ready"
    lock = HERE.parent / "requirements-bench.lock"
    if not mark.exists() or mark.read_text() != lock.read_text():
        subprocess.run([OURS, "-m", "venv", "--clear", str(PEERS.parent.parent)], check=True)
        subprocess.run([str(PEERS), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)], check=True)
        mark.write_text(lock.read_text())
    RESULTS.mkdir(parents=True, exist_ok=True)


def measured(task: Task) -> dict[str, Any]:
    """Run a task as often as it says; give the run of median CPU."""
    runs = sorted((fresh(task.python, task.script, task.word, **task.limits) for _ in range(task.times)), key=lambda run: run["cpu"])
    run = runs[len(runs) // 2]
    return run | {"whole": run["part"] * run["scale"] if "scale" in run else run["cpu"]}


def row(task: Task, run: dict[str, Any], ours: float) -> list[str]:
    """Make one line of the table."""
    what = task.what + (f"; 1 row in {run['scale']} done, scaled" if "scale" in run else "")
    aim = (
        ""
        if task.aim is None
        else f"≤ {task.aim[0]:g} CPU-s, ≤ {task.aim[1]:g} GiB: {'met' if run['cpu'] <= task.aim[0] and run['peak'] <= task.aim[1] else 'missed'}"
    )
    return [task.who, what, f"{run['whole']:.1f}", f"{run['peak']:.2f}", f"{run['wall']:.1f}", f"{run['whole'] / ours:.2f}", aim]


def main() -> None:
    """Run everything."""
    ready()
    runs = []
    for task in TASKS:
        print(f"{task.who}: {task.what} …", file=sys.stderr, flush=True)
        runs.append(measured(task))
    ours = runs[0]["whole"]
    head = ("who", "what", "CPU-s", "peak GiB", "wall s", "CPU ÷ lantian's year", "aim")
    table = markdown(head, (row(task, run, ours) for task, run in zip(TASKS, runs, strict=True)))
    rules = markdown(
        ("rule", "the year, CPU-s", "with quarters and months"), ([n, f"{s:.2f}", f"{runs[1]['rules'][n]:.2f}"] for n, s in runs[0]["rules"].items())
    )
    words = subprocess.run([OURS, str(HERE / "agree.py")], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    listed = "\n".join(f"- {line}" for line in (machine(), *NOTES))
    text = f"# The national year\n\n{listed}\n\n{table}\n\n## lantian by rule\n\n{rules}\n\n## Agreement\n\n" + "\n".join(f"- {line}" for line in words) + "\n"
    (OUT / "table.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
