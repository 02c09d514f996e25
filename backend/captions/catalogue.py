"""The caption styles that come with the studio, each a small file in ``assets/styles``; reading those of others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backend.captions.style import CaptionStyle
from backend.errors import InvalidRequest

STYLES_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "styles"
_MOST_TOLD = 6
"""Faults of a style that are told at once."""


def _load() -> dict[str, CaptionStyle]:
    styles = [CaptionStyle.model_validate_json(file.read_bytes()) for file in sorted(STYLES_FOLDER.glob("*.json"))]
    return {style.name: style for style in sorted(styles, key=lambda style: _order(style.name))}


_FIRST = ("bold_pop", "box_highlight", "karaoke_sweep", "one_big_word", "clean_two_line", "lower_third")


def _order(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


STYLES: dict[str, CaptionStyle] = _load()
"""Every style by its name, in the order they are offered."""


def find_style(name: str) -> CaptionStyle:
    """The style of this name.

    Raises:
        InvalidRequest: there is none (code ``unknown_style``).
    """
    if name not in STYLES:
        raise InvalidRequest(
            f"There is no caption style {name[:60]!r}.", hint=f"Use one of {', '.join(STYLES)}.", code="unknown_style"
        )
    return STYLES[name]


def list_styles() -> list[dict[str, Any]]:
    """Every style as JSON-ready data, in the order they are offered."""
    return [style.model_dump(mode="json") for style in STYLES.values()]


def read_style(given: object) -> CaptionStyle:
    """A style that somebody wrote, in the form of the files in ``assets/styles``.

    Args:
        given: a mapping, or whatever else JSON holds in its place.

    Raises:
        InvalidRequest: ``invalid_style``; the message names each field that is wrong, and why.
    """
    try:
        return CaptionStyle.model_validate(dict(given) if isinstance(given, Mapping) else given)
    except ValidationError as error:
        raise InvalidRequest(
            f"This is not a caption style: {_faults(error)}",
            hint="Start from an entry of list_caption_styles; docs/captions.md says what each field can be.",
            code="invalid_style",
        ) from error


def _faults(error: ValidationError) -> str:
    """``field: what is wrong`` of each fault, the first ones."""
    told = []
    for fault in error.errors(include_url=False, include_context=False)[:_MOST_TOLD]:
        place = ".".join(str(part)[:40] for part in fault["loc"]) or "the style"
        message = {"extra_forbidden": "there is no such field", "missing": "is missing"}.get(
            fault["type"], fault["msg"]
        )
        told.append(f"{place}: {message.removeprefix('Value error, ')}"[:200])
    more = error.error_count() - len(told)
    return "; ".join(told) + (f"; and {more} more." if more > 0 else ".")
