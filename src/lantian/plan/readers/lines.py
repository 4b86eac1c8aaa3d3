"""YAML that remembers on which line each mapping and each of its keys stands."""

from __future__ import annotations

from typing import Any

import yaml

from lantian.kernel.errors import FaultsError


class Lined(dict[Any, Any]):
    """A mapping that knows its own line and the line of each key."""

    line = 1

    def __init__(self, *args: Any) -> None:
        """Start without lines."""
        super().__init__(*args)
        self.lines: dict[Any, int] = {}

    def at(self, key: Any) -> int:
        """Give the line of a key, or of the mapping where the key is absent."""
        return self.lines.get(key, self.line)


class _Loader(yaml.CSafeLoader):
    """A safe loader that makes ``Lined`` mappings and refuses a key said twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Lined:
    found = Lined()
    found.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
        found.lines[key] = key_node.start_mark.line + 1
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse_lined(text: str, name: str) -> Lined:
    r"""Read a YAML mapping with its lines; what is no YAML mapping raises ``FaultsError``.

    >>> found = parse_lined("id: C008\ndue: 2017-12-31\n", "C008.yaml")
    >>> found["due"].year, found.at("due")
    (2017, 2)
    """
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader that also counts lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise FaultsError(name, [f"{name}:{line}: not YAML ({getattr(error, 'problem', error)}); mend the indentation or quotes there"]) from None
    if not isinstance(found, Lined):
        raise FaultsError(name, [f"{name}:1: not a mapping; start it with 'id: …'"])
    return found
