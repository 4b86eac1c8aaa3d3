"""One data segment with its declared length and checksum → a frame, lenient in reading and strict in the report."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from lantian.sources.hj212.crc import crc, modbus
from lantian.sources.hj212.items import MILLISECOND, Parameters, moment_of, read_parameters
from lantian.sources.hj212.model import SPLIT_BIT, VERSION_SHIFT, VERSIONS, Frame
from lantian.sources.hj212.words import ordered, words

HEADERS = ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO")
"""Fields of the data segment before CP, in the order of table 3."""
PLACES = {name: place for place, name in enumerate(HEADERS)}
SPELLED = {name.lower(): name for name in HEADERS}
COMMAND = re.compile(r"(?:^|[;,])\s*(CP)=", re.IGNORECASE)
CLEAN = re.compile(
    r"(?:QN=(?P<QN>[0-9]{17});)?ST=(?P<ST>[0-9]{2});CN=(?P<CN>[0-9]{4});PW=(?P<PW>[^;,=\s]{6});MN=(?P<MN>[^;,=\s]+)(?:;Flag=(?P<Flag>[0-9]{1,2}))?", re.ASCII
)
"""The fields before CP as the standard writes them."""
WHOLE = re.compile(r"[0-9]{1,4}", re.ASCII)
TIMED = frozenset({"2011", "2021", "2031", "2041", "2051", "2061"})
"""Commands that carry data of a time."""
PW_LENGTH, CRC_LENGTH, LENGTH_DIGITS = 6, 4, 4
LATER_FIELDS = frozenset({"RF"})
"""Fields seen under 2025 whose text was not read: kept, and no deviation there."""


@dataclass(slots=True)
class _Head:
    fields: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    place: int = -1


def decode_text(data: bytes) -> tuple[str, str]:
    """Decode a device's text and name the deviation: UTF-8 none, GBK, or neither.

    >>> decode_text("锅炉".encode("gbk"))
    ('锅炉', 'text_gbk')
    """
    if data.isascii():
        return data.decode("ascii"), ""
    for encoding, deviation in (("utf-8", ""), ("gbk", "text_gbk")):
        try:
            return data.decode(encoding), deviation
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "text_undecodable"


def read_segment(
    segment: bytes,
    *,
    raw: bytes | None = None,
    declared: str | None = None,
    checksum: str | None = None,
    found: set[str] | None = None,
    encrypted: bool = False,
) -> Frame:
    """Read a data segment as it stood between the length and the checksum; nothing is refused.

    Parameters
    ----------
    segment
        The bytes that the checksum covers, in the clear.
    raw, encrypted
        The bytes on the wire, and whether they were encrypted.
    declared, checksum
        What stood as length and as checksum; None where they are not known.
    found
        Deviations that the framing already showed.

    Examples
    --------
    >>> frame = read_segment(b"ST=31;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20160824003817;02-Rtd=1.5,02-Flag=N&&")
    >>> frame.version, frame.values["a21026-Rtd"], frame.deviations
    (2005, 1.5, ('crc_missing', 'qn_missing', 'flag_missing'))
    """
    text, deviation = decode_text(segment)
    deviations = set(found or ())
    if deviation:
        deviations.add(deviation)
    length_ok, length_kind = _length(segment, text, declared, deviations)
    crc_kind = _checksum(segment, checksum, deviations)
    head, content = _divide(text)
    read = read_parameters(content)
    flag = _flag(head)
    version = _version(head, read, flag)
    pnum, pno = _parts(head, flag)
    _report(head, read, version)
    if len(segment) > words().segment_max:
        deviations.add("segment_too_long")
    get = head.fields.get
    return Frame(
        raw=segment if raw is None else raw,
        version=version,
        crc_ok=crc_kind is not None,
        crc_kind=crc_kind,
        length_ok=length_ok,
        length_kind=length_kind,
        qn=get("QN"),
        st=get("ST"),
        cn=get("CN"),
        pw=get("PW"),
        mn=get("MN"),
        flag=flag,
        pnum=pnum,
        pno=pno,
        data_time=read.data_time,
        items=tuple(read.items),
        values=read.values,
        deviations=ordered(deviations | head.found | read.found),
        encrypted=encrypted,
        others=head.others,
    )


def _length(segment: bytes, text: str, declared: str | None, found: set[str]) -> tuple[bool, str | None]:
    if declared is None:
        return False, None
    if len(declared) != LENGTH_DIGITS or not WHOLE.fullmatch(declared):
        found.add("length_malformed")
    if WHOLE.fullmatch(declared):
        if int(declared) == len(segment):
            return True, "bytes"
        if int(declared) == len(text):
            found.add("length_in_characters")
            return True, "characters"
    found.add("length_wrong")
    return False, None


def _checksum(segment: bytes, checksum: str | None, found: set[str]) -> str | None:
    if not checksum:
        found.add("crc_missing")
        return None
    if len(checksum) < CRC_LENGTH:
        found.add("crc_unpadded")
    if checksum != checksum.upper():
        found.add("crc_lower_case")
    kind = kind_of(segment, int(checksum, 16))
    if kind != "annex_a":
        found.add("crc_modbus" if kind else "crc_wrong")
    return kind


@lru_cache(maxsize=4)
def kind_of(segment: bytes, stated: int) -> str | None:
    """Name the checksum that a number is of a data segment; asked twice for one frame, so the last answers are kept."""
    return "annex_a" if stated == crc(segment) else "modbus" if stated == modbus(segment) else None


def _divide(text: str) -> tuple[_Head, str]:
    """Part a data segment into the fields before CP (and after it, where a device puts Flag) and what CP holds."""
    head = _Head()
    match = COMMAND.search(text)
    if match is None:
        head.found.add("cp_missing")
        _fields(head, text)
        return head, ""
    _fields(head, text[: match.start()])
    if match[1] != "CP":
        head.found.add("name_case")
    rest = text[match.end() :]
    opened, close = rest.startswith("&&"), rest.rfind("&&")
    if not opened or close < len("&&"):
        head.found.add("cp_unclosed")
        return head, rest.strip("&")
    after = rest[close + 2 :].strip(";")
    if after:
        known = set(head.fields)
        _fields(head, after)
        if "Flag" in set(head.fields) - known:
            head.found.add("flag_after_cp")
    return head, rest[2:close]


def _fields(head: _Head, text: str) -> None:
    clean = CLEAN.fullmatch(text)
    if clean is not None and not head.fields:
        head.fields = {name: value for name, value in clean.groupdict().items() if value is not None}
        head.place = PLACES["Flag"]
        return
    if "," in text:
        head.found.add("separator_swapped")
        text = text.replace(",", ";")
    for each in text.split(";"):
        if not each:
            if text:
                head.found.add("separator_trailing")
            continue
        name, equals, value = each.partition("=")
        bare, content = name.strip(), value.strip()
        if len(bare) != len(name) or len(content) != len(value):
            head.found.add("spaces")
        known = SPELLED.get(bare.lower())
        if not equals:
            head.found.add("item_malformed")
        if known is None:
            head.others.setdefault(bare, content)
            if bare not in LATER_FIELDS:
                head.found.add("field_unknown")
            continue
        if known != bare:
            head.found.add("name_case")
        if known in head.fields:
            head.found.add("field_repeated")
            continue
        if PLACES[known] < head.place:
            head.found.add("field_order")
        head.place = max(head.place, PLACES[known])
        head.fields[known] = content


def _flag(head: _Head) -> int | None:
    text = head.fields.get("Flag")
    if text is None:
        head.found.add("flag_missing")
        return None
    if not WHOLE.fullmatch(text):
        head.found.add("flag_not_numeric")
        return None
    return int(text)


def _version(head: _Head, read: Parameters, flag: int | None) -> int | None:
    """Give the edition by Flag; without Flag 2005 (which has devices without it) unless factors are named by the codes of 2017."""
    if flag is not None:
        if flag >> VERSION_SHIFT < len(VERSIONS):
            return VERSIONS[flag >> VERSION_SHIFT]
        head.found.add("flag_version")
        return None
    return None if "new" in read.kinds or "Flag" in head.fields else VERSIONS[0]


def _parts(head: _Head, flag: int | None) -> tuple[int | None, int | None]:
    numbers: list[int | None] = []
    for name in ("PNUM", "PNO"):
        text = head.fields.get(name)
        numbers.append(int(text) if text is not None and WHOLE.fullmatch(text) else None)
        if text is not None and numbers[-1] is None:
            head.found.add("part_numbers")
    total, number = numbers
    if (total is None) != (number is None) or (total is not None and number is not None and not 1 <= number <= total):
        head.found.add("part_numbers")
    if flag is not None and bool(flag & SPLIT_BIT) != ("PNUM" in head.fields or "PNO" in head.fields):
        head.found.add("part_bit")
    return total, number


def _report(head: _Head, read: Parameters, version: int | None) -> None:
    """Note what is missing or not as the standard has it."""
    known, get, found = words(), head.fields.get, head.found
    found |= {f"{name.lower()}_missing" for name in ("QN", "ST", "CN", "PW", "MN") if not get(name)}
    qn = get("QN")
    if qn and (len(qn) != MILLISECOND or moment_of(qn) is None):
        found.add("qn_malformed")
    if get("ST") and get("ST") not in known.systems:
        found.add("st_unknown")
    if get("CN") and get("CN") not in known.commands:
        found.add("cn_unknown")
    if get("PW") and len(head.fields["PW"]) != PW_LENGTH:
        found.add("pw_length")
    if get("MN") and version and len(head.fields["MN"]) != known.mn_lengths[version]:
        found.add("mn_length")
    if get("CN") in TIMED and read.kinds and not read.timed:
        found.add("data_time_missing")
    found |= naming(read.kinds, version)


def naming(kinds: set[str], version: int | None) -> set[str]:
    """Name the deviations in how factors are called under an edition.

    >>> naming({"old"}, 2005), naming({"old"}, 2017)
    (set(), {'factor_old_code'})
    """
    found = {f"factor_{word}" for kind, word in (("vendor", "vendor_name"), ("unknown", "unknown")) if kind in kinds}
    if "old" in kinds and version != VERSIONS[0]:
        found.add("factor_old_code")
    if "new" in kinds and version == VERSIONS[0]:
        found.add("factor_new_code")
    return found
