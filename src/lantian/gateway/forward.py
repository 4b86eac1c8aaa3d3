"""From the spool to JetStream: one batch after the other, each forgotten when it is stored there."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from lantian.gateway.settings import GatewaySettings, folder
from lantian.gateway.spool import Spool
from lantian.gateway.stream import AGAIN, ANSWER, connect, message, prepare
from lantian.gateway.text import shown
from lantian.kernel.errors import InputError

if TYPE_CHECKING:
    from lantian.gateway.hub import Hub

log = logging.getLogger("lantian.gateway")
LIMIT = 4 << 20
QUIET = 0.05


async def forward(home: Path, settings: GatewaySettings, hub: Hub) -> None:
    """Forward until cancelled; while NATS is away frames gather in the spool."""
    client_missing = False
    while not client_missing:
        try:
            await _session(home, settings, hub)
        except InputError as error:
            client_missing = "nats-py" in str(error)
            log.error("%s", error)  # noqa: TRY400 - told as it is
        except Exception as error:  # noqa: BLE001 - whatever the network did, the spool holds
            log.warning("NATS took nothing (%s); frames gather in the spool, trying again", shown(f"{type(error).__name__} {error}"))
        await asyncio.sleep(AGAIN)


async def _session(home: Path, settings: GatewaySettings, hub: Hub) -> None:
    connection = await connect(settings.nats)
    spool = Spool(folder(home, settings.name) / "spool.sqlite")
    try:
        stream = await prepare(connection)
        while True:
            batches = await hub.loop.run_in_executor(None, spool.batches, 0, LIMIT)
            for batch in batches:
                subject, body, headers = message(spool.id, batch)
                await stream.publish(subject, body, timeout=ANSWER, stream="LANTIAN", headers=headers)
            if batches:
                await hub.loop.run_in_executor(None, spool.drained, batches[-1].number)
            else:
                await asyncio.sleep(QUIET)
    finally:
        spool.close()
        await connection.close()
