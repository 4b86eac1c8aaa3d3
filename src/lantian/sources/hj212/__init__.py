"""HJ 212: the language of the data loggers at stacks, building sites and small stations; reading is lenient, the report is strict."""

from lantian.sources.hj212.cipher import decrypt, encrypt
from lantian.sources.hj212.crc import crc, modbus
from lantian.sources.hj212.encoding import acknowledge, body, encode, encode_parts, flag, frame, qn
from lantian.sources.hj212.model import Decoded, Frame, Item, Outgoing, Unreadable
from lantian.sources.hj212.parts import PartMerger, merge_parts
from lantian.sources.hj212.reading import read_segment
from lantian.sources.hj212.stream import StreamDecoder, read_frame
from lantian.sources.hj212.words import deviations, mask, unmask

__all__ = [
    "Decoded",
    "Frame",
    "Item",
    "Outgoing",
    "PartMerger",
    "StreamDecoder",
    "Unreadable",
    "acknowledge",
    "body",
    "crc",
    "decrypt",
    "deviations",
    "encode",
    "encode_parts",
    "encrypt",
    "flag",
    "frame",
    "mask",
    "merge_parts",
    "modbus",
    "qn",
    "read_frame",
    "read_segment",
    "unmask",
]
