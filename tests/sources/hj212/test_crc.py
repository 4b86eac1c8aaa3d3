"""Checksums: the standard's own example, vectors computed elsewhere, and the printed algorithm bit by bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.sources.hj212 import crc, modbus
from lantian.sources.hj212.kernel import checksum
from tests.sources.hj212.streams import EXAMPLE, slow_crc

OLD = b"ST=32;CN=2011;PW=%b;MN=LD130133000015;CP=&&DataTime=%b;B01-Rtd=36.91;011-Rtd=231.0,011-Flag=N;060-Rtd=1.803,060-Flag=N&&"


@pytest.mark.parametrize(
    ("segment", "size", "expected"),
    [
        (EXAMPLE, 101, 0x1C80),  # HJ 212-2017 annex C, the standard's own example
        (OLD % (b"123456", b"20160824003817000"), 139, 0x4980),
        (OLD % (b"123456", b"20160824003817"), 136, 0x3C00),  # a public README prints 4980 for this one, which is wrong
    ],
)
def test_the_known_vectors(segment, size, expected):
    assert len(segment) == size
    assert crc(segment) == slow_crc(segment) == expected


def test_it_is_not_modbus():
    assert modbus(EXAMPLE) == 0x0759
    assert modbus(b"123456789") == 0x4B37  # the check value of CRC-16/MODBUS in every catalogue
    assert crc(b"") == modbus(b"") == slow_crc(b"") == 0xFFFF


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=300))
def test_folding_equals_the_printed_algorithm(data):
    assert crc(data) == slow_crc(data)
    assert checksum(np.frombuffer(b"#" + data + b"#", np.uint8), 1, len(data) + 1) == slow_crc(data)


@settings(deadline=None)
@given(st.binary(min_size=20, max_size=60), st.integers(0, 10))
def test_its_weakness_is_as_documented(data, place):
    """Two bytes that change places eight apart are not seen: the checksum alone is never trusted to find the end of a frame."""
    swapped = bytearray(data)
    swapped[place], swapped[place + 8] = data[place + 8], data[place]
    assert crc(bytes(swapped)) == crc(data)
