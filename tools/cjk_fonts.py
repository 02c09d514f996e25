"""Makes the bundled fonts for Chinese, Japanese and Korean out of Noto Sans CJK.

    python -m tools.cjk_fonts NotoSansCJK-Bold.ttc

The collection is in Debian's package fonts-noto-cjk. Which characters are kept is decided by the national standards
that people type with; `CHARACTERS` says which. The same input gives the same files, to the byte.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]  # it has no stubs
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FONTS = Path(__file__).resolve().parent.parent / "assets" / "fonts"
SOURCE_SHA256 = "faa5f3656a78b2e2d450d27fe8382c778bc2b6bb5ea29c986664a6a435056ceb"
"""Of the NotoSansCJK-Bold.ttc (2.004) that the files in the repository were made of."""
_OURS = {0xFF5B, 0xFF5D, 0xFF3C}
"""Captions write ``{``, ``}`` and ``\\`` as these; the style's own font draws them."""


def coded(codec: str, rows: Iterable[int] = range(0xA1, 0xFF)) -> frozenset[int]:
    """The characters that an East Asian encoding writes with two bytes, the first of them in ``rows``."""
    found = set()
    for row in rows:
        for cell in range(0x40, 0xFF):
            try:
                text = bytes([row, cell]).decode(codec)
            except UnicodeDecodeError:
                continue
            found.update([ord(text)] if len(text) == 1 else [])
    return frozenset(found)


def is_han(character: int) -> bool:
    """Whether it is an ideograph."""
    return 0x3400 <= character <= 0x9FFF or 0xF900 <= character <= 0xFAFF


def is_rare(character: int) -> bool:
    """Whether it is an ideograph that Unicode took in later."""
    return is_han(character) and character not in HAN


HAN = frozenset(filter(is_han, range(0x4E00, 0x9FA6)))
"""The ideographs of Unicode 1.1, as GBK has them: nearly all that anybody types."""
JIS, GB = (frozenset(filter(is_han, coded(codec))) for codec in ("euc_jp", "gb2312"))
"""JIS X 0208 (levels 1 and 2) and GB 2312."""
BIG5 = frozenset(filter(is_han, coded("big5", range(0xA1, 0xC7)))) | frozenset(filter(is_rare, coded("big5hkscs")))
"""Level 1 of Taiwan's Big5, and what Hong Kong writes that is not in `HAN`."""
SIGNS = frozenset([*range(0x3000, 0x3030), 0x303D, *range(0xFF01, 0xFF61), *range(0xFFE0, 0xFFE7)]) - _OURS
"""Punctuation and fullwidth forms, in each country's own shape."""
KANA = frozenset([*range(0x3030, 0x3100), *range(0x31F0, 0x3200), *range(0x3220, 0x3400), *range(0xFF61, 0xFFA0)])
"""Kana, and the signs in circles and squares that Japan uses."""
BOPOMOFO = frozenset([*range(0x3100, 0x3130), *range(0x31A0, 0x31C0)])
HANGUL = frozenset([*range(0xAC00, 0xD7A4), *range(0x3130, 0x3190), *range(0x3200, 0x3220), *range(0xFFA0, 0xFFDD)])
"""Every modern syllable, and single letters."""


@dataclass(frozen=True)
class Part:
    """One file: some characters in the shape of one country."""

    family: str
    file: str
    face: int
    """Number in the collection."""
    characters: frozenset[int]


PARTS = (
    Part("Noto Sans SC Bold", "NotoSansSC-Bold.otf", 2, GB | SIGNS | (HAN - JIS - BIG5)),
    Part("Noto Sans TC Bold", "NotoSansTC-Bold.otf", 3, BIG5 | SIGNS | BOPOMOFO),
    Part("Noto Sans JP Bold", "NotoSansJP-Bold.otf", 0, JIS | SIGNS | KANA),
    Part("Noto Sans KR Bold", "NotoSansKR-Bold.otf", 1, HANGUL | SIGNS),
)
"""What is in one of them need not be in the next: captions look in all, their own language's first."""


def make(part: Part, source: Path) -> TTFont:
    """The font of this part."""
    made = TTFont(source, fontNumber=part.face, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["ccmp"]
    options.hinting = options.glyph_names = False
    options.name_IDs = [0, 13, 14]  # copyright and licence
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=part.characters)
    subsetter.subset(made)
    _name(made, part)
    return made


def _name(made: TTFont, part: Part) -> None:
    """A family of its own, so that the name means exactly this file."""
    post_script = part.file.removesuffix(".otf")
    texts = {1: part.family, 2: "Regular", 3: f"Voicereel: {part.family}", 4: part.family, 6: post_script}
    made["name"].names = [record for record in made["name"].names if record.nameID in (0, 13, 14)]
    for number, text in texts.items():
        made["name"].setName(text, number, 3, 1, 0x409)
    made["OS/2"].fsSelection = 0x40  # "regular": there is no other weight in the family
    made["head"].macStyle = 0
    card = made["CFF "].cff
    card.fontNames = [post_script]
    card.topDictIndex[0].FullName = card.topDictIndex[0].FamilyName = part.family


def main(source: Path) -> None:
    """Write all parts into the repository's folder of fonts."""
    if hashlib.sha256(source.read_bytes()).hexdigest() != SOURCE_SHA256:
        print("This is another version of the collection than the files in the repository were made of.")
    for part in PARTS:
        made = make(part, source)
        made.save(FONTS / part.file)
        print(f"{part.file}: {len(made.getBestCmap())} characters, {(FONTS / part.file).stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
