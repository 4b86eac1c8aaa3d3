"""Encryption of the data segment as HJ 212-2025 is described second hand: groups of 16 bytes without padding, the shorter rest plain.

The description names neither cipher nor mode. SM4 in ECB mode is our own choice, kept in the law book as unsure, until the text is read.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16


def _whole(data: bytes) -> int:
    return len(data) - len(data) % BLOCK


def encrypt(segment: bytes, key: bytes) -> bytes:
    """Encrypt the whole groups of 16 bytes of a data segment; its checksum was taken before.

    >>> encrypt(b"QN=20260101000000001;ST=31", bytes(16))[16:]
    b'0001;ST=31'
    """
    whole = _whole(segment)
    worker = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 - groups stand alone in the description
    return worker.update(segment[:whole]) + worker.finalize() + segment[whole:]


def decrypt(segment: bytes, key: bytes) -> bytes:
    """Undo ``encrypt``.

    >>> decrypt(encrypt(b"QN=20260101000000001;ST=31", bytes(16)), bytes(16))
    b'QN=20260101000000001;ST=31'
    """
    whole = _whole(segment)
    worker = Cipher(algorithms.SM4(key), modes.ECB()).decryptor()  # noqa: S305 - as above
    return worker.update(segment[:whole]) + worker.finalize() + segment[whole:]
