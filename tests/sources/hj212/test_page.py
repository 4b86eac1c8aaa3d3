"""The page that teaches the codec is run, and where no compiled code can be kept the kernel still runs."""

from __future__ import annotations

import doctest
from pathlib import Path

from lantian.sources.hj212.kernel import compiled

ROOT = Path(__file__).parents[3]


def test_every_example_of_the_page_is_true():
    failed, tried = doctest.testfile(str(ROOT / "docs" / "hj212.md"), module_relative=False)
    assert tried > 20
    assert failed == 0


def test_a_function_that_no_folder_can_keep_is_compiled_all_the_same():
    """Numba keeps compiled code beside a source file; a function without one stands for an installation that cannot be written."""
    space: dict[str, object] = {}
    exec("def doubled(number):\n    return 2 * number", space)
    assert compiled(space["doubled"])(21) == 42
