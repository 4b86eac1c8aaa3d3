"""The two checksums met on the wire: annex A of HJ 212-2017, and Modbus CRC-16, which many devices send by mistake."""

from __future__ import annotations

POLYNOMIAL = 0xA001
"""HJ 212-2017 annex A: the reflected CRC-16 polynomial."""
START = 0xFFFF
BITS = 8


def _column(byte: int) -> int:
    register = byte
    for _ in range(BITS):
        register = (register >> 1) ^ (POLYNOMIAL if register & 1 else 0)
    return register


TABLE = tuple(_column(byte) for byte in range(256))


def crc(data: bytes) -> int:
    """Give the checksum of HJ 212-2017 annex A, which shifts the register *before* the byte is added and keeps only its high half.

    Examples
    --------
    The standard's own example, which Modbus would give as 0759:

    >>> segment = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
    >>> f"{crc(segment):04X}", f"{modbus(segment):04X}"
    ('1C80', '0759')
    """
    register = START
    for byte in data:
        register = TABLE[(register >> BITS) ^ byte]
    return register


def modbus(data: bytes) -> int:
    """Give Modbus CRC-16, whose register loses one byte and takes another at each step.

    >>> f"{modbus(b'123456789'):04X}"
    '4B37'
    """
    register = START
    for byte in data:
        register = (register >> BITS) ^ TABLE[(register ^ byte) & 0xFF]
    return register
