"""How a simulated logger carries out its master's orders (HJ 212-2017 annex C)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from lantian.gateway.devices.deviations import Written, write
from lantian.gateway.devices.device import DAY, HOUR, Device, floor
from lantian.gateway.devices.faults import tamper
from lantian.gateway.devices.physics import honest
from lantian.gateway.devices.wire import VERSION_BITS, Message, framed, number, stamp

MOST = 2000
"""Frames that one request for history brings at most."""
READY, REFUSED = "QnRtn=1", "QnRtn=8"
DONE, UNFIT, NO_DATA = "ExeRtn=1", "ExeRtn=3", "ExeRtn=100"
BELIEVED = timedelta(days=1)
"""A time further off than this is not taken over: a logger that lives in a replayed year is not carried into the present by its gateway."""
Work = Generator[bytes | Written, None, str]


class Asked(Protocol):
    """What a device needs to know of an order."""

    @property
    def cn(self) -> str | None:
        """Command."""

    @property
    def qn(self) -> str | None:
        """Number of the exchange."""

    @property
    def values(self) -> Mapping[str, float | str]:
        """Parameters by name."""


def answer(device: Device, order: Asked) -> Iterator[bytes | Written]:
    """Carry out an order: 9011, what was asked for, 9012, the answers with the order's number; an order it does not know is refused."""
    work = ORDERS.get(order.cn or "")
    if work is None:
        yield _reply(device, order, "9011", REFUSED)
        return
    yield _reply(device, order, "9011", READY)
    result = yield from work(device, order)
    yield _reply(device, order, "9012", result)


def _reply(device: Device, order: Asked, cn: str, body: str) -> bytes:
    st = "91" if cn in ("9011", "9012") else device.stack.st
    flag = VERSION_BITS[device.stack.habit.version]
    return framed(f"QN={order.qn or ''};ST={st};CN={cn};PW={device.password};MN={device.stack.device};Flag={flag};CP=&&{body}&&".encode())


def _get(device: Device, order: Asked) -> Work:
    texts = {
        "1011": f"SystemTime={stamp(device.clock())}",
        "1061": f"RtdInterval={device.instants_every}",
        "1063": f"MinInterval={device.stack.interval}",
    }
    yield _reply(device, order, order.cn or "", texts[order.cn or ""])
    return DONE


def _set(device: Device, order: Asked) -> Work:
    """Take over times and intervals; the interval of the minute data is the register's and stays."""
    told = order.values
    if "SystemTime" in told:
        error = datetime.strptime(str(told["SystemTime"])[:14], "%Y%m%d%H%M%S") - device.now()
        if abs(error) > BELIEVED:
            return UNFIT
        device.clock_error = error.total_seconds()
    device.over_time = float(told.get("OverTime", device.over_time))
    device.resends = int(float(told.get("ReCount", device.resends)))
    device.instants_every = int(float(told.get("RtdInterval", device.instants_every)))
    device.password = str(told.get("NewPW", device.password))
    if order.cn in ("2011", "2012"):
        device.instants_on = order.cn == "2011"
    return DONE if float(told.get("MinInterval", device.stack.interval)) == device.stack.interval else UNFIT
    yield


def _fill(device: Device, order: Asked) -> Work:
    """Send history again: the periods whose DataTime lies between BeginTime and EndTime."""
    cn, length = order.cn or "", {"2051": device.stack.interval, "2061": HOUR, "2031": DAY}[order.cn or ""]
    begin, end = (datetime.strptime(str(order.values[name])[:14], "%Y%m%d%H%M%S") for name in ("BeginTime", "EndTime"))
    shift = timedelta(minutes=length if device.stack.label == "start" else 0)
    first = floor(begin + shift + timedelta(minutes=length) - timedelta(seconds=1), length) - timedelta(minutes=length)
    last = min(floor(end + shift, length), floor(device.clock(), length))
    if last <= first:
        return NO_DATA
    again = islice(device.periods(device.said(first, last).table, cn, length), MOST)
    for count, message in enumerate(again):
        qn = number(device.clock() + timedelta(milliseconds=2 * count))
        yield from write(Message(message.device, cn, message.data_time, qn, message.body), device.stack)
    return DONE


def _serials(device: Device, order: Asked) -> Work:
    wrong = tamper(honest(device.stack, device.now() - timedelta(minutes=1), device.now(), device.seed), device.stack, device.seed).identity
    for factor, serial in {**device.stack.serials, **wrong}.items():
        yield _reply(device, order, "3019", f"{factor}-SN={serial}")
    return DONE


ORDERS: Mapping[str, Callable[[Device, Asked], Work]] = {
    **dict.fromkeys(("1011", "1061", "1063"), _get),
    **dict.fromkeys(("1000", "1012", "1062", "1064", "1072", "2011", "2012"), _set),
    **dict.fromkeys(("2051", "2061", "2031"), _fill),
    "3019": _serials,
}
"""Orders that a simulated logger can carry out."""
