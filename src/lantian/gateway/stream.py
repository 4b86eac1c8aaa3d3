"""JetStream between gateways and the writer: each batch one message, in order, stored before the spool forgets it and until the lake holds it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from typing import Any
from urllib.parse import urlsplit

from lantian.gateway.feeds import Batches
from lantian.gateway.spool import Batch, unpack
from lantian.kernel.errors import InputError

log = logging.getLogger("lantian.gateway")
STREAM, SUBJECTS, SUBJECT, DURABLE = "LANTIAN", "lantian.spool.>", "lantian.spool.{feed}", "lake"
PORT = 4222
WAIT = 300.0
"""How long the writer may take before a message is given again [s]."""
AT_ONCE = 200
ANSWER = 5.0
QUIET = 0.5
AGAIN = 1.0


def client() -> Any:
    """Give the NATS client library; where it is missing ``InputError`` says how to get it."""
    try:
        import nats
    except ImportError:
        raise InputError("NATS needs the package nats-py: pip install 'lantian[nats]'") from None
    return nats


async def connect(address: str) -> Any:
    """Connect, for as long as it takes once it has worked; a first try that fails raises ``InputError``."""

    async def told(error: Exception) -> None:
        log.warning("NATS: %s", error)

    nats = client()
    place = urlsplit(address)
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(place.hostname, place.port or PORT), ANSWER)  # the client itself would try for ever
        writer.close()
        return await nats.connect(
            address, max_reconnect_attempts=-1, reconnect_time_wait=AGAIN, connect_timeout=ANSWER, allow_reconnect=True, error_cb=told, ping_interval=5
        )
    except (OSError, TimeoutError, nats.errors.Error) as error:
        raise InputError(f"no NATS server answers at {address} ({error}); start nats-server with --jetstream, or leave --nats out") from None


async def prepare(connection: Any) -> Any:
    """Give JetStream with the stream in it: on disk, a message deleted when the writer acknowledged it, the same batch twice taken once."""
    from nats.js import api

    stream = connection.jetstream(timeout=ANSWER)
    config = api.StreamConfig(name=STREAM, subjects=[SUBJECTS], retention=api.RetentionPolicy.WORK_QUEUE, storage=api.StorageType.FILE)
    await stream.add_stream(config)
    return stream


def message(feed: str, batch: Batch) -> tuple[str, bytes, dict[str, str]]:
    """Write a batch as a message: subject, body, headers; the header by which JetStream knows it is spool and number."""
    layout, size, body = batch.packed()
    head = json.dumps({"feed": feed, "number": batch.number, "received": batch.received, "layout": layout, "size": size})
    return SUBJECT.format(feed=feed), head.encode() + b"\n" + body, {"Nats-Msg-Id": f"{feed}-{batch.number}"}


def batch_of(data: bytes) -> tuple[str, Batch]:
    """Read a message back.

    >>> batch = Batch("2016-08-01 08:00:00.000000", (b"##a", b"b"), ("p:1", "q:2"), ("", "rubbish"), 7)
    >>> batch_of(message("feed", batch)[1]) == ("feed", batch)
    True
    """
    head, _, body = data.partition(b"\n")
    told = json.loads(head)
    return told["feed"], unpack(told["number"], told["received"], told["layout"], told["size"], body)


class Stream:
    """The writer's end; its consumer is made anew at each start, so that what was given and not acknowledged comes again first and in order."""

    def __init__(self, address: str) -> None:
        """Connect and begin at the first message that the lake may not hold."""
        self.runner = asyncio.Runner()
        self.waiting: list[Any] = []
        self.last: dict[str, int] = {}
        self.missing: set[tuple[str, int]] = set()
        self.connection = self.runner.run(connect(address))
        self.consumer = self.runner.run(self._consumer())

    async def _consumer(self) -> Any:
        from nats.js import api
        from nats.js.errors import NotFoundError

        stream = await prepare(self.connection)
        with contextlib.suppress(NotFoundError):
            await stream.delete_consumer(STREAM, DURABLE)
        config = api.ConsumerConfig(durable_name=DURABLE, ack_policy=api.AckPolicy.EXPLICIT, ack_wait=WAIT, max_ack_pending=AT_ONCE * 2)
        return await stream.pull_subscribe(SUBJECTS, durable=DURABLE, stream=STREAM, config=config)

    def read(self, limit: int) -> Batches:
        """Give the next batches in order; where one is passed over, everything that is not acknowledged is asked for again."""
        found = self.runner.run(self._read(limit))
        while passed := self._passed(found):
            log.warning("JetStream passed over what comes before batch %d of %s; asked for again", passed[1], passed[0])
            self.missing.add(passed)
            self.waiting = []
            self.consumer = self.runner.run(self._consumer())
            found = self.runner.run(self._read(limit))
        return found

    def _passed(self, batches: Batches) -> tuple[str, int] | None:
        """Give the first batch that does not follow the one before it, unless it did not the last time either: then what is missing is lost, and told."""
        last = dict(self.last)
        for feed, batch in batches:
            if batch.number > last.get(feed, batch.number) + 1:
                if (feed, batch.number) not in self.missing:
                    return feed, batch.number
                log.error("batches %d to %d of %s are not in JetStream any more", last[feed] + 1, batch.number - 1, feed)
            last[feed] = max(last.get(feed, 0), batch.number)
        self.last = last
        return None

    async def _read(self, limit: int) -> Batches:
        found: Batches = []
        size = 0
        while size < limit and len(found) < AT_ONCE:
            try:
                messages = await self.consumer.fetch(AT_ONCE - len(found), timeout=QUIET)
            except TimeoutError:
                break
            for each in messages:
                size += len(each.data)
                self.waiting.append(each)
                found.append(batch_of(each.data))
        return found

    def done(self, batches: Batches) -> None:
        """Acknowledge what was read; all of it is in the lake."""
        self.runner.run(self._done(len(batches)))

    async def _done(self, count: int) -> None:
        ready, self.waiting = self.waiting[:count], self.waiting[count:]
        for each in ready:
            await each.ack()
        await self.connection.flush()

    def close(self) -> None:
        """Close the connection."""
        self.runner.run(self.connection.close())
        self.runner.close()
