"""``lantian hj212``: frames of data loggers read from a file or a stream, and written."""

from __future__ import annotations

import json as writer
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from lantian.cli import common
from lantian.cli.common import Json, Lang
from lantian.kernel.errors import InputError
from lantian.sources.hj212 import Decoded, Frame, Outgoing, StreamDecoder, Unreadable, deviations, encode_parts
from lantian.sources.hj212.reading import decode_text

app = typer.Typer(no_args_is_help=True, help="HJ 212, the language of data loggers: read leniently, reported strictly.")
Keys = Annotated[list[str] | None, typer.Option("--key", help="A key of a device that encrypts, as MN=32 hexadecimal digits; may be given again.")]
PIECE = 65_536
SHOWN = 200
"""Frames that a table shows; --json gives all."""
KEY_BYTES = 16


def as_json(found: Decoded) -> dict[str, Any]:
    """Give a frame, or a stretch that cannot be read, as one JSON object."""
    raw = decode_text(found.raw)[0]
    if isinstance(found, Unreadable):
        return {"unreadable": found.reason, "raw": raw}
    return {
        "version": found.version,
        "crc_ok": found.crc_ok,
        "crc_kind": found.crc_kind,
        "length_ok": found.length_ok,
        "st": found.st,
        "cn": found.cn,
        "mn": found.mn,
        "qn": found.qn,
        "flag": found.flag,
        "data_time": found.data_time.isoformat() if found.data_time else None,
        "values": dict(found.values),
        "deviations": list(found.deviations),
        "raw": raw,
    }


@app.command()
def decode(
    file: Annotated[str, typer.Argument(help="A file of bytes as they came from the line; - reads standard input.")],
    keys: Keys = None,
    everything: Annotated[bool, typer.Option("--all", help="With --json: unreadable stretches on standard output too, in their place.")] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Read every frame in a stream of bytes: with --json one line for each frame, and one on standard error for each stretch that cannot be read."""
    words = common.language(lang)
    opened = _keys(keys or [])
    if json:
        for found in _read(file, opened):
            line = writer.dumps(as_json(found), ensure_ascii=False, allow_nan=False)
            typer.echo(line, err=isinstance(found, Unreadable) and not everything)
        return
    _tables(_read(file, opened), words)


@app.command()
def encode(
    body: Annotated[str, typer.Argument(help="What stands between CP=&& and &&.")] = "",
    st: Annotated[str, typer.Option(help="The system type, such as 31.")] = "31",
    cn: Annotated[str, typer.Option(help="The command, such as 2011.")] = "2011",
    mn: Annotated[str, typer.Option(help="The device.")] = "",
    pw: Annotated[str, typer.Option(help="The device's password.")] = "123456",
    qn: Annotated[str | None, typer.Option(help="Seventeen digits, YYYYMMDDhhmmsszzz.")] = None,
    version: Annotated[int, typer.Option(help="2005, 2017 or 2025.")] = 2017,
    answer: Annotated[bool, typer.Option("--answer", help="Ask for an answer.")] = False,
) -> None:
    """Write a message as a frame, or as several when it is longer than the standard allows."""
    for frame in encode_parts(Outgoing(st=st, cn=cn, mn=mn, body=body, pw=pw, qn=qn, version=version, asks_answer=answer)):
        sys.stdout.buffer.write(frame)


@app.command("deviations")
def register(lang: Lang = None, json: Json = False) -> None:
    """List in what a frame may deviate from the standard."""
    words = common.language(lang)
    if json:
        common.print_json(deviations(), words)
        return
    common.table("HJ 212", common.heads(words, "code", "sort", "text"), [(code, each["sort"], each[words]) for code, each in deviations().items()])


def _keys(texts: list[str]) -> dict[str, bytes]:
    found = {}
    for text in texts:
        mn, _, digits = text.partition("=")
        try:
            found[mn] = bytes.fromhex(digits)
        except ValueError:
            raise InputError(f"no key in {text!r}; write MN=32 hexadecimal digits") from None
        if len(found[mn]) != KEY_BYTES:
            raise InputError(f"a key of {len(found[mn])} bytes for {mn}; SM4 keys have {KEY_BYTES}, written as 32 hexadecimal digits")
    return found


def _read(file: str, keys: dict[str, bytes]) -> Iterator[Decoded]:
    """Read in pieces, so that a file of any size needs no more memory."""
    if file == "-":
        yield from _decoded(sys.stdin.buffer, keys)
        return
    path = Path(file)
    if not path.is_file():
        raise InputError(f"no file {file}; give a file of bytes, or - for standard input")
    with path.open("rb") as stream:
        yield from _decoded(stream, keys)


def _decoded(stream: BinaryIO, keys: dict[str, bytes]) -> Iterator[Decoded]:
    decoder = StreamDecoder(keys=keys)
    while piece := stream.read(PIECE):
        yield from decoder.feed(piece)
    yield from decoder.finish()


def _tables(found: Iterator[Decoded], words: str) -> None:
    rows: list[tuple[Any, ...]] = []
    counted: Counter[str] = Counter()
    frames = unreadable = 0
    for each in found:
        if isinstance(each, Unreadable):
            unreadable += 1
            counted[each.reason] += 1
            continue
        frames += 1
        counted.update(each.deviations)
        if frames <= SHOWN:
            rows.append(_row(each))
    head = (*("version", "ST", "CN", "MN"), *common.heads(words, "time"), *("CRC", "length"), *common.heads(words, "value", "count"))
    shown = f"{frames} frames, {unreadable} stretches unreadable" if words == "en" else f"报文 {frames} 条，无法解读 {unreadable} 段"
    common.table(shown, head, rows)
    listed = [(code, deviations()[code][words], count) for code, count in counted.most_common()]
    common.table("deviations" if words == "en" else "偏差", common.heads(words, "code", "text", "count"), listed)


def _row(frame: Frame) -> tuple[Any, ...]:
    """Give a line of the table; control characters that a device sent are not let through to the terminal."""
    texts = [_clean(text) for text in (frame.st, frame.cn, frame.mn)]
    when = f"{frame.data_time:%Y-%m-%d %H:%M:%S}" if frame.data_time else "—"
    sound = {True: "✓", False: "✗"}
    return (frame.version, *texts, when, frame.crc_kind or "✗", sound[frame.length_ok], len(frame.values), len(frame.deviations))


def _clean(text: str | None) -> str | None:
    return None if text is None else "".join(each if each.isprintable() else "·" for each in text).replace("[", "\\[")
