"""Frames spoiled on purpose, each as real loggers are known to; named as the codec's register of deviations names them, and three that only the stream shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lantian.gateway.devices.model import Stack
from lantian.gateway.devices.wire import Message, framed, number
from lantian.kernel.errors import unknown
from lantian.sources.hj212.crc import modbus

OLD = {"a21026": "02", "a21002": "03", "a34013": "01", "a19001": "S01", "a00000": "B02", "a01011": "S02", "a01012": "S03", "a01013": "S08", "a01014": "S05"}
VENDOR = {"a21026": "SO2", "a21002": "NOX"}
OLDEST = 2005
"""The edition whose own codes and no others are sent under its Flag."""
LONG = 1500
BODIES: dict[str, Callable[[str], str]] = {
    "separator_trailing": lambda body: body + ";",
    "separator_swapped": lambda body: body.translate(str.maketrans(",;", ";,")),
    "data_time_milliseconds": lambda body: re.sub(r"DataTime=(\d{14})", r"DataTime=\g<1>000", body),
    "factor_old_code": lambda body: _renamed(body, OLD),
    "factor_vendor_name": lambda body: _renamed(body, VENDOR),
    "factor_repeated": lambda body: body + ";" + body.split(";")[1],
    "value_exponent": lambda body: re.sub(r"(a21026-Avg=)([\d.]+)", lambda found: f"{found[1]}{float(found[2]):.4e}", body),
    "value_decimals": lambda body: re.sub(r"(a21026-Avg=[\d.]+)", r"\g<1>0000000", body),
    "value_negative": lambda body: re.sub(r"(a34013-Min=)([\d.]+)", r"\g<1>-0.12", body),
    "name_case": lambda body: body.replace("-Avg=", "-AVG=").replace("-Rtd=", "-RTD="),
    "segment_too_long": lambda body: body + ";" + ";".join(f"a{99000 + each}-Avg=0.0" for each in range(max(0, LONG - len(body)) // 16)),
    "text_gbk": lambda body: body + ";i11001-Info=运行正常",
    "length_in_characters": lambda body: body + ";i11001-Info=运行正常",
}
"""What is done to the parameters between ``CP=&&`` and ``&&``."""
SEGMENTS: dict[str, Callable[[str], str]] = {
    "qn_missing": lambda segment: re.sub(r"QN=\d+;", "", segment),
    "flag_missing": lambda segment: re.sub(r"Flag=\d+;", "", segment),
    "flag_not_numeric": lambda segment: re.sub(r"Flag=\d+;", "Flag=A;", segment),
    "flag_after_cp": lambda segment: re.sub(r"(Flag=\d+);(CP=.*&&)$", r"\2;\1", segment),
    "st_unknown": lambda segment: re.sub(r"ST=\d\d;", "ST=99;", segment),
    "pw_length": lambda segment: re.sub(r"PW=[^;]*;", "PW=12345;", segment),
}
"""What is done to the data segment."""
FRAMES: dict[str, Callable[[bytes], bytes]] = {
    "crc_lower_case": lambda frame: frame[:-6] + frame[-6:].lower(),
    "crc_unpadded": lambda frame: frame[:-6] + (frame[-6:-2].lstrip(b"0") or b"0") + frame[-2:],
    "crc_modbus": lambda frame: frame[:-6] + b"%04X\r\n" % modbus(frame[6:-6]),
    "crc_missing": lambda frame: frame[:-6] + b"\r\n",
    "line_end_missing": lambda frame: frame[:-2],
    "line_end_other": lambda frame: frame[:-2] + b"\n",
    "length_wrong": lambda frame: b"##%04d" % (int(frame[2:6]) - 22) + frame[6:],
    "length_in_characters": lambda frame: b"##%04d" % len(frame[6:-6].decode()) + frame[6:],
}
"""What is done to the finished frame."""
STREAM = ("halved", "glued", "split")
"""What only the stream shows: frames cut in two writes, several in one, a packet in parts with numbers of their own."""
KNOWN = frozenset({*BODIES, *SEGMENTS, *FRAMES, *STREAM})
UNANSWERED = frozenset({"flag_missing", "flag_not_numeric", "crc_missing"})
"""Deviations after which no answer is to be hoped for: nothing in the frame asks for one, or nothing vouches for it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A message as bytes, and whether an answer is to be waited for."""

    message: Message
    data: bytes
    answered: bool


def checked(names: Iterable[str]) -> tuple[str, ...]:
    """Give the names of deviations; an unknown one raises ``InputError``."""
    names = tuple(names)
    for name in names:
        if name not in KNOWN:
            raise unknown("deviation", name, KNOWN)
    return names


def write(message: Message, stack: Stack) -> list[Written]:
    """Write a message as its stack's logger would, with the deviations of its habit: one frame, or two parts where it splits."""
    habits = stack.habit.deviations
    if stack.habit.version == OLDEST:
        message = replace(message, body=_renamed(re.sub(r";i\d{5}-[^;]*", "", message.body), OLD))
    if not habits:
        return [Written(message, framed(message.segment(stack).encode()), answered=True)]
    body = message.body
    for name in habits:
        body = BODIES[name](body) if name in BODIES else body
    waits = not UNANSWERED & set(habits)
    return [Written(part, _bytes(part, stack, numbers, habits), answered=waits) for part, numbers in _parts(message, body, split="split" in habits)]


def _parts(message: Message, body: str, *, split: bool) -> list[tuple[Message, str]]:
    """Cut a message in two, each part with its own number and a DataTime of its own (HJ 212-2017 6.5)."""
    head, *items = body.split(";")
    if not split or len(items) < 2:  # noqa: PLR2004
        return [(Message(message.device, message.cn, message.data_time, message.qn, body, message.st), "")]
    middle = len(items) // 2
    moment = datetime.strptime(message.qn[:14], "%Y%m%d%H%M%S").replace(microsecond=int(message.qn[14:]) * 1000)
    second = number(moment + timedelta(milliseconds=1))
    halves = ((message.qn, items[:middle], "PNUM=2;PNO=1;"), (second, items[middle:], "PNUM=2;PNO=2;"))
    return [(Message(message.device, message.cn, message.data_time, qn, ";".join((head, *own)), message.st), numbers) for qn, own, numbers in halves]


def _bytes(message: Message, stack: Stack, numbers: str, habits: tuple[str, ...]) -> bytes:
    segment = message.segment(stack)
    if numbers:
        segment = re.sub(r"Flag=(\d+);", lambda found: f"Flag={int(found[1]) | 2};{numbers}", segment)
    for name in habits:
        segment = SEGMENTS[name](segment) if name in SEGMENTS else segment
    frame = framed(segment.encode("gbk" if "text_gbk" in habits else "utf-8"))
    for name in habits:
        frame = FRAMES[name](frame) if name in FRAMES else frame
    return frame


def _renamed(body: str, names: dict[str, str]) -> str:
    return re.sub(r"\b([ai]\d{5})-", lambda found: f"{names.get(found[1], found[1])}-", body)
