"""Many simulated loggers at once: their history delivered, and if wanted their life from then on at any speed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from lantian.gateway.devices.caller import Caller, Tally
from lantian.gateway.devices.device import MINUTE, Device, floor
from lantian.gateway.devices.ledger import Ledger
from lantian.gateway.devices.model import Stack

AT_ONCE = 24
"""Stacks whose history is under way at a time: each holds a month of minutes in memory."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be sent, whereto: minutes since ``start``, hours since ``hours_from``, both until ``until``."""

    host: str
    port: int
    start: datetime
    until: datetime
    hours_from: datetime | None = None
    seed: int = 0
    at_once: int = AT_ONCE
    patience: float = 30.0


def added(tallies: Iterable[Tally]) -> Tally:
    """Add what came of many calls."""
    whole = Tally()
    for tally in tallies:
        for each in fields(Tally):
            setattr(whole, each.name, getattr(whole, each.name) + getattr(tally, each.name))
    return whole


def with_deviations(stacks: Sequence[Stack], names: Sequence[str]) -> tuple[Stack, ...]:
    """Give each stack one of the deviations in turn, beside those of its own habit."""
    if not names:
        return tuple(stacks)
    return tuple(
        replace(stack, habit=replace(stack.habit, deviations=(*stack.habit.deviations, names[place % len(names)]))) for place, stack in enumerate(stacks)
    )


async def deliver(stacks: Sequence[Stack], sending: Sending, ledger: Ledger | None = None, told: Callable[[int, Tally], None] | None = None) -> Tally:
    """Send the history of all stacks, each over a line of its own, and wait for the answers; ``told`` hears after each stack."""
    gate = asyncio.Semaphore(sending.at_once)
    done: list[Tally] = []

    async def one(stack: Stack) -> None:
        async with gate:
            device = Device(stack, sending.seed, lambda: sending.until)
            caller = Caller(device, sending.host, sending.port, ledger, patience=sending.patience)
            await caller.call()
            try:
                await caller.send(device.history(sending.start, sending.until, sending.hours_from))
                await caller.settle()
            finally:
                await caller.hang_up()
            done.append(caller.tally)
            if told is not None:
                told(len(done), caller.tally)

    await asyncio.gather(*(one(stack) for stack in stacks))
    return added(done)


async def live(stacks: Sequence[Stack], sending: Sending, speed: float, ledger: Ledger | None = None, for_minutes: int | None = None) -> Tally:
    """Let all loggers live on from ``until``: time runs ``speed`` times as fast; without ``for_minutes`` it never ends."""
    begun, epoch = time.monotonic(), sending.until

    def now() -> datetime:
        return epoch + timedelta(seconds=(time.monotonic() - begun) * speed)

    async def one(stack: Stack, place: int) -> Tally:
        device = Device(stack, sending.seed, now)
        caller = Caller(device, sending.host, sending.port, ledger, patience=sending.patience)
        await caller.call()
        await caller.send([device.greeting()])
        last = floor(epoch, MINUTE)
        end = None if for_minutes is None else last + timedelta(minutes=for_minutes)
        while end is None or last < end:
            due = floor(last, stack.interval) + timedelta(minutes=stack.interval)
            await asyncio.sleep(max(0.0, (due - now()).total_seconds() / speed) + 0.2 * place / max(1, len(stacks)))
            await caller.send(device.due(last, due))
            last = due
        await caller.settle()
        await caller.hang_up()
        return caller.tally

    return added(await asyncio.gather(*(one(stack, place) for place, stack in enumerate(stacks))))
