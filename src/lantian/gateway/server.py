"""The gateway's process: listens, sweeps, answers its own socket, keeps a writer running beside it, ends in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lantian.gateway import control
from lantian.gateway.doorkeeper import Doorkeeper
from lantian.gateway.envelope import checksum
from lantian.gateway.hub import SPOOL, Hub
from lantian.gateway.link import Link
from lantian.gateway.settings import GatewaySettings, folder
from lantian.gateway.sweep import Sweep
from lantian.gateway.text import shown
from lantian.kernel.errors import InputError

log = logging.getLogger("lantian.gateway")
QUEUE = 4096
HANDSHAKE = 10.0
AGAIN = 1.0
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Tls:
    """Certificate and key of the gateway; with ``client`` only devices whose certificate that authority signed may speak."""

    certificate: Path
    key: Path
    client: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Open the files; what cannot be used raises ``InputError``."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            made.load_cert_chain(self.certificate, self.key)
            if self.client is not None:
                made.load_verify_locations(self.client)
                made.verify_mode = ssl.CERT_REQUIRED
        except OSError as error:
            named = ", ".join(str(each) for each in (self.certificate, self.key, self.client) if each)
            raise InputError(f"TLS cannot be set up with {named}: {error}; give PEM files of a certificate and its own key") from None
        return made


@dataclass(frozen=True, slots=True)
class Plan:
    """What one process is to do."""

    home: Path
    settings: GatewaySettings
    listen: tuple[str, int]
    tls: Tls | None = None
    writer: bool = True
    ready: Callable[[int], None] = field(default=lambda _: None)


def parse_address(text: str) -> tuple[str, int]:
    """Read host:port; another writing raises ``InputError``.

    >>> parse_address("127.0.0.1:9212"), parse_address("[::1]:9212")
    (('127.0.0.1', 9212), ('::1', 9212))
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or int(port) >= 1 << 16:
        raise InputError(f"{text!r} is no address to listen on; write 127.0.0.1:9212, or 0.0.0.0:9212 for every network")
    return host.strip("[]"), int(port)


def run(plan: Plan) -> None:
    """Run a gateway until it is told to end."""
    checksum(b"", 0, 0)  # compiled before the first device calls
    context = plan.tls.context() if plan.tls else None
    try:
        import uvloop

        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)
    except ImportError:  # not to be had on Windows
        runner = asyncio.Runner()
    with runner:
        runner.run(_serve(plan, context))


async def _serve(plan: Plan, context: ssl.SSLContext | None) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_told)
    hub = Hub(plan.home, plan.settings, loop)
    own = folder(plan.home, plan.settings.name)
    keeper = Doorkeeper(plan.home, own / SPOOL, plan.settings, lambda *each: _call(loop, hub, each), hub.strangers.unknown)
    await loop.run_in_executor(None, keeper.look)
    await asyncio.sleep(0)
    hub.committer.start()
    keeper.start()
    ended = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, ended.set)
    server = await _listen(plan, hub, context)
    asking = await control.listen(own, _Answers(hub).answer)
    work = [loop.create_task(Sweep(hub).run())]
    if plan.settings.nats:
        from lantian.gateway.forward import forward

        work.append(loop.create_task(forward(plan.home, plan.settings, hub)))
    if plan.writer:
        work.append(loop.create_task(_writer(plan)))
    host, port = server.sockets[0].getsockname()[:2]
    log.info("gateway %s listens on %s:%d%s", plan.settings.name, host, port, ", TLS" if context else "")
    plan.ready(port)
    await ended.wait()
    server.close()
    asking.close()
    await _end(hub, work)
    keeper.stop.set()
    await loop.run_in_executor(None, keeper.join, PATIENCE)


def _call(loop: asyncio.AbstractEventLoop, hub: Hub, each: Sequence[Any]) -> None:
    loop.call_soon_threadsafe(hub.renew, *each)


async def _listen(plan: Plan, hub: Hub, context: ssl.SSLContext | None) -> asyncio.Server:
    host, port = plan.listen
    loop = asyncio.get_running_loop()
    options: dict[str, Any] = {"ssl": context, "ssl_handshake_timeout": HANDSHAKE} if context else {}
    try:
        opened = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=QUEUE)
        _keep_alive(opened)
        return await loop.create_server(lambda: Link(hub), sock=opened, backlog=QUEUE, **options)
    except OSError as error:
        raise InputError(f"cannot listen on {host}:{port} ({error.strerror or error}); is another gateway running, or the port below 1024?") from None


def _keep_alive(opened: socket.socket) -> None:
    """Have dead peers noticed within two minutes; connections taken from a socket inherit it."""
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):
        for option, value in ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4)):
            opened.setsockopt(socket.IPPROTO_TCP, option, value)


async def _end(hub: Hub, work: Sequence[asyncio.Task[None]]) -> None:
    """Read no more, commit and answer what came, then close."""
    for link in hub.links:
        link.hold()
    for task in work:
        task.cancel()
    await asyncio.gather(*work, return_exceptions=True)
    hub.keep(hub.seen.values())
    hub.flush()
    limit = hub.loop.time() + PATIENCE
    while not hub.idle and hub.loop.time() < limit:  # noqa: ASYNC110 - the committer's thread goes on meanwhile
        await asyncio.sleep(hub.settings.tick)
    hub.committer.end()
    await hub.loop.run_in_executor(None, hub.committer.join, PATIENCE)
    for link in list(hub.links):
        if link.transport is not None:
            link.transport.close()
    await asyncio.sleep(0)


async def _writer(plan: Plan) -> None:
    """Keep a writer running as a process of its own; one that dies is started again."""
    words = [sys.executable, "-m", "lantian", "gateway", "drain", "--watch"]
    words += ["--history"] if plan.settings.history else []
    words += ["--nats", plan.settings.nats] if plan.settings.nats else []
    environment = os.environ | {"LANTIAN_HOME": str(plan.home)}
    while True:
        process = await asyncio.create_subprocess_exec(*words, env=environment, stdin=subprocess.DEVNULL)
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
            raise
        log.error("the writer ended with %s; started again", code)
        await asyncio.sleep(AGAIN)


class _Answers:
    """What may be asked of a running gateway."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked.get("do") == "status":
            return self.hub.status()
        if asked.get("do") == "ask":
            return await self.hub.master.ask(str(asked["device"]), str(asked["cn"]), str(asked.get("body", "")))
        raise InputError(f"nothing can be asked by {shown(str(asked.get('do')))}; there are status and ask")


def _told(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Tell of a fault outside any request on one line: a handshake that failed, a peer that went away."""
    error = context.get("exception")
    if isinstance(error, (ssl.SSLError, ConnectionError, TimeoutError, asyncio.TimeoutError)) or "handshake" in str(context.get("message", "")):
        log.warning("a connection was not taken: %s", shown(str(error or context.get("message"))))
    else:
        log.error("fault: %s", shown(str(context.get("message"))), exc_info=error)
