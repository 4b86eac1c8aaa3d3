"""``lantian hj212``: one JSON line for each frame, nothing lost, nothing that a device sent reaches the terminal as a command."""

from __future__ import annotations

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lantian.cli.hj212 import app
from lantian.kernel.errors import InputError
from lantian.sources.hj212 import Outgoing, encode
from lantian.sources.hj212 import frame as framed
from tests.sources.hj212.streams import GOOD

MESSAGES = Path(__file__).with_name("messages.txt")
KEYS = ["version", "crc_ok", "crc_kind", "length_ok", "st", "cn", "mn", "qn", "flag", "data_time", "values", "deviations", "raw"]


def run(*words, data=None):
    return CliRunner().invoke(app, list(words), input=data)


def test_one_line_for_each_frame(tmp_path):
    frames = MESSAGES.read_text(encoding="ascii").splitlines()
    file = tmp_path / "commented.txt"
    file.write_text("\n".join(f"# where it was found\n{frame}" for frame in frames), encoding="ascii")
    result = run("decode", str(file), "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["raw"] for line in lines] == frames
    assert all(list(line) == KEYS for line in lines)
    assert sum(line["crc_ok"] for line in lines) == 40
    told = [json.loads(line) for line in result.stderr.splitlines()]
    assert told == [{"unreadable": "rubbish", "raw": "# where it was found"}] * 47


def test_all_puts_unreadable_stretches_in_their_place():
    result = run("decode", "-", "--json", "--all", data=b"noise" + GOOD + b"##0999QN=1")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line.get("unreadable") for line in lines] == ["rubbish", None, "tail_missing"]
    assert lines[1]["values"] == {"RtdInterval": "30"}


def test_the_table_counts_deviations_and_holds_no_control_characters():
    segment = "QN=20160801085857223;ST=31;CN=2011;PW=123456;MN=\x1b[31mRED;Flag=4;CP=&&DataTime=20160801085800;a21026-Rtd=1.5&&"
    result = run("decode", "-", "--lang", "en", data=framed(segment.encode()) + GOOD)
    assert "\x1b" not in result.stdout
    assert "2 frames, 0 stretches unreadable" in result.stdout
    assert "mn_length" in result.stdout
    assert "2016-08" in result.stdout


def test_a_key_opens_what_is_encrypted():
    secret = encode(Outgoing(st="31", cn="2011", mn="A" * 24, qn="20260101000000000", version=2025, body="DataTime=20260101000000;a21026-Rtd=1"), key=bytes(16))
    closed = run("decode", "-", "--json", "--all", data=secret)
    assert json.loads(closed.stdout)["unreadable"] == "encrypted"
    opened = run("decode", "-", "--json", "--key", "A" * 24 + "=" + "00" * 16, data=secret)
    assert json.loads(opened.stdout)["values"] == {"a21026-Rtd": 1.0}


def test_what_is_encoded_is_decoded(monkeypatch):
    out = TextIOWrapper(BytesIO())
    monkeypatch.setattr(sys, "stdout", out)
    result = app(
        [
            "encode",
            "RtdInterval=30",
            "--st",
            "32",
            "--cn",
            "1062",
            "--pw",
            "100000",
            "--mn",
            "010000A8900016F000169DC0",
            "--qn",
            "20160801085857223",
            "--answer",
        ],
        standalone_mode=False,
    )
    assert result is None
    assert out.buffer.getvalue() == GOOD


def test_bad_input_says_what_and_how_to_cure_it():
    assert str(run("decode", "nowhere.bin").exception) == "no file nowhere.bin; give a file of bytes, or - for standard input"
    assert str(run("decode", "-", "--key", "A=zz").exception) == "no key in 'A=zz'; write MN=32 hexadecimal digits"
    assert str(run("decode", "-", "--key", "A=00").exception) == "a key of 1 bytes for A; SM4 keys have 16, written as 32 hexadecimal digits"
    assert isinstance(run("encode", "--version", "1999").exception, InputError)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_register_is_listed(lang):
    result = run("deviations", "--lang", lang)
    assert "crc_modbus" in result.stdout
    assert json.loads(run("deviations", "--json").stdout)["crc_modbus"]["sort"] == "checksum"
