"""How a frame looks on the wire: its head, its end, what may stand in place of them."""

from __future__ import annotations

import re

MAX_FRAME = 10_016
"""Four digits of length, with head, checksum and line end: no frame can be longer."""
MAX_BUFFER = 65_536
_NAMES = rb"(?:QN|ST|CN|PW|MN|Flag|CP)="
_LATE_FLAG = rb"(?:;?Flag=[0-9]{1,2}?;?)?"
HEAD = re.compile(rb"##(?:([0-9]{4})(?=%(n)s)|([^#]{0,6}?)(?=%(n)s)|([0-9]{4}))" % {b"n": _NAMES}, re.IGNORECASE)
"""Four digits and a field's name; a malformed length and a name; four digits and something else, which may be encrypted."""
HEAD_SPAN = 13
"""Bytes that show whether a head stands: ``##``, at most six, ``Flag=``."""
TAIL = re.compile(rb"&&%(f)s(?:([0-9A-F]{1,4})(?=[\r\n\0 ]|##)|(?=[\r\n]|##))" % {b"f": _LATE_FLAG}, re.IGNORECASE)
"""The closing ``&&``, Flag where a device puts it last, the checksum, and what ends it."""
LAST_TAIL = re.compile(rb"&&%(f)s([0-9A-F]{0,4})\Z" % {b"f": _LATE_FLAG}, re.IGNORECASE)
TAIL_SPAN = 20
CLOSED = re.compile(rb"&&(?:;?Flag=[0-9]{1,2};?)?\Z", re.IGNORECASE)
CHECKSUM = re.compile(rb"[0-9A-Fa-f]{1,4}")
CRC_DIGITS = 4
PLAIN = re.compile(_NAMES, re.IGNORECASE)
TRACES = (b"CN=", b"MN=", b"CP=")
"""A segment that begins with none of the names and holds none of these is no clear text."""
BLANK = b"\r\n \t\0"
CRUMB = 32
"""Unreadable pieces no longer than this are gathered with those that follow them."""
