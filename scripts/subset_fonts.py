"""Cut Noto Sans SC down to the characters that documents use (GB 2312, Latin, Greek, signs), for the PDFs.

Needs fonttools and Debian's fonts-noto-cjk; run as ``python scripts/subset_fonts.py SOURCE.ttc TARGET.otf``.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

SC = 2
"""The place of the Simplified Chinese face in the collection."""


def characters() -> str:
    """Give every character of GB 2312, of Latin-1 and the signs that pages use."""
    pairs = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    chinese = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    latin = "".join(map(chr, range(0x20, 0x17F)))
    signs = "₀₁₂₃₄₅₆₇₈₉ₓ⁰¹²³µμ−–—…·•‰°×÷≤≥≠≈±→←↑↓①②③④⑤⑥⑦⑧⑨⑩【】〔〕《》〈〉「」『』（）！？；：，。、“”‘’￥€㎡"
    return chinese + latin + signs


def main(source: Path, target: Path) -> None:
    """Write the subset."""
    from fontTools import subset

    options = subset.Options(layout_features=["kern", "tnum", "lnum", "palt"], name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True)
    options.desubroutinize = True
    font = _open(source)
    worker = subset.Subsetter(options)
    worker.populate(text=characters())
    worker.subset(font)
    font.save(str(target))
    print(target, target.stat().st_size)


def _open(source: Path) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(str(source), fontNumber=SC)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
