"""A command of this program that ends with whoever started it, however that ended: ``python -m lantian.app.chain.leash LOCK WORD…``.

Whoever starts it holds the other end of its standard input and never writes; when that end closes, the command is told to end. One at a time holds the lock, so that
what a killed process left ends before the next begins.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

PATIENCE = 20.0


def main(lock: str, *words: str) -> int:
    """Run a command until it ends or the standard input does."""
    with Path(lock).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        process = subprocess.Popen([sys.executable, "-m", "lantian", *words], stdin=subprocess.DEVNULL)  # noqa: S603 - this program's own commands
        threading.Thread(target=_watch, args=(process,), daemon=True).start()
        return process.wait()


def _watch(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of the standard input, then end the command: asked first, then made to."""
    while os.read(0, 1):
        pass
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
