"""What a number or an act rests on: named ids, answered down to raw rows and law values."""

from lantian.app.trace.answer import trace
from lantian.app.trace.grammar import KINDS, UNTRACED, Asked, parse_trace
from lantian.app.trace.model import Trace

__all__ = ["KINDS", "UNTRACED", "Asked", "Trace", "parse_trace", "trace"]
