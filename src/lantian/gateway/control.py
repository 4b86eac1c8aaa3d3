"""The gateway's own socket under the installation: lines of JSON from this machine's user, for status and orders."""

from __future__ import annotations

import asyncio
import hashlib
import json
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from lantian.kernel.errors import InputError, LantianError

LONGEST_PATH = 100
"""Bytes that the address of a socket may have."""
LONGEST_LINE = 65_536
Answerer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


def address(folder: Path) -> Path:
    """Give the path of a gateway's socket; where the installation lies too deep, one under the folder for temporary files."""
    path = folder.absolute() / "control.sock"
    if len(str(path).encode()) <= LONGEST_PATH:
        return path
    return Path(tempfile.gettempdir()) / f"lantian-{hashlib.sha256(str(path).encode()).hexdigest()[:24]}.sock"


async def listen(folder: Path, answerer: Answerer) -> asyncio.AbstractServer:
    """Answer questions on the socket; only the user who runs the gateway may ask."""
    path = address(folder)
    path.unlink(missing_ok=True)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = json.loads(await reader.readline())
            told = await answerer(asked)
        except LantianError as error:
            told = {"error": str(error)}
        except ValueError as error:
            told = {"error": f"no question: {error}"}
        writer.write(json.dumps(told).encode() + b"\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(serve, path, limit=LONGEST_LINE)
    path.chmod(0o600)
    return server


def ask(folder: Path, question: dict[str, Any], timeout: float = 600.0) -> dict[str, Any]:
    """Ask a running gateway; one that does not run, or refuses, raises ``InputError``."""

    async def talk() -> dict[str, Any]:
        reader, writer = await asyncio.open_unix_connection(address(folder), limit=1 << 24)
        writer.write(json.dumps(question).encode() + b"\n")
        await writer.drain()
        line = await reader.readline()
        writer.close()
        found: dict[str, Any] = json.loads(line or b'{"error": "the gateway went away"}')
        return found

    try:
        told = asyncio.run(asyncio.wait_for(talk(), timeout))
    except OSError as error:
        raise InputError(f"no gateway {folder.name!r} runs on this machine ({error.strerror}); start it with: lantian gateway --name {folder.name}") from None
    except TimeoutError:
        raise InputError(f"the gateway gives no answer in {timeout:g} s") from None
    if "error" in told:
        raise InputError(told["error"])
    return told
