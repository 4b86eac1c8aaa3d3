"""Runs one task in a fresh process and measures it; describes the machine; makes Markdown tables."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
OUT = ROOT / "build" / "bench"
HOME = OUT / "home"
LANTIAN = str(Path(sys.executable).with_name("lantian"))
DATA = OUT / "data"
RESULTS = OUT / "results"
PEERS = OUT / "venv" / "bin" / "python"
THREADS = 1
GIB = 1024**3


def fresh(python: Path | str, script: str, *words: str, **environment: str) -> dict[str, Any]:
    """Run a task in a process of its own; give what it reported."""
    command = [str(python), str(HERE / script), *words]
    done = subprocess.run(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench: {script} {' '.join(words)} ended with {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def report(started: float, **more: Any) -> None:
    """Print this process's CPU seconds (threads included), peak memory and wall time as one line of JSON."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss * 1024 / GIB, "wall": time.monotonic() - started} | more))


def children() -> dict[str, float]:
    """Give the CPU seconds and the peak memory, added up, of the processes that this one has started and that still run (a JVM): Linux only, else zero."""
    cpu = peak = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
            status = (stat.parent / "status").read_text()
        except OSError:
            continue  # it ended meanwhile
        if int(words[1]) == os.getpid():
            cpu += (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
            peak += sum(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")) / GIB
    return {"children_cpu": cpu, "children_peak": peak}


def sample_house() -> dict[str, str]:
    """Build the house of the sample data, once; give the environment that names it."""
    environment = os.environ | {"LANTIAN_HOME": str(HOME), "LANTIAN_DATA": str(ROOT / "data")}
    subprocess.run([LANTIAN, "up", "--no-serve"], env=environment, cwd=OUT, check=True, stdout=subprocess.DEVNULL)
    return environment


def free_port() -> int:
    """Ask for a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a process listens; one that ended, or a minute, raises ``SystemExit``."""
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"bench: {process.args} ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"bench: nothing listened on {port} within a minute")


def machine() -> str:
    """Describe the CPU class, the cores and the memory."""
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{names[0] if names else 'unknown CPU'}, {cores} cores, {memory:.0f} GiB memory"


def markdown(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Make a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
