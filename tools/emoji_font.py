"""Makes the bundled emoji font fit for captions: ``python -m tools.emoji_font``.

It has one colour, so a skin tone would be drawn as a patch of its own beside the hand or face that it belongs to. After
this a tone takes no room and leaves no ink. Doing it again changes nothing.
"""

from __future__ import annotations

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it has no stubs

from tools.cjk_fonts import FONTS

TONES = range(0x1F3FB, 0x1F400)
_FONT = FONTS / "NotoEmoji-Bold.ttf"
_NOTHING = 0x200D
"""A character whose glyph has neither ink nor width: the joiner."""


def main() -> None:
    """Change the font where it lies."""
    font = TTFont(_FONT, recalcTimestamp=False)
    nothing = font.getBestCmap()[_NOTHING]
    assert font["hmtx"][nothing][0] == 0  # noqa: S101 - else this is another font
    for table in font["cmap"].tables:
        for tone in TONES:
            if tone in table.cmap:
                table.cmap[tone] = nothing
    # Older renderers (libass of 2022) take the first table for Windows, and most emoji are in the larger one only.
    font["cmap"].tables = [table for table in font["cmap"].tables if (table.platformID, table.platEncID) != (3, 1)]
    font.save(_FONT)


if __name__ == "__main__":
    main()
