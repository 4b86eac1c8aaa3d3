"""Readers of monitoring files: each format is a pure ``parse_`` over numbered rows, wrapped by one ``read_`` that opens the file."""

from lantian.air.readers.files import FORMATS, read_rows
from lantian.air.readers.formats import PARSERS

__all__ = ["FORMATS", "PARSERS", "read_rows"]
