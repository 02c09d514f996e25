"""The header: the mark, and how many jobs run. The tabs are laid over it by the style sheet."""

from __future__ import annotations

from collections.abc import Sequence

from ui.studio import Json
from ui.views.progress import pill

_MARK = "".join(f'<b style="height:{height}px"></b>' for height in (8, 18, 12, 20, 7))


def header(jobs: Sequence[Json] = ()) -> str:
    """The header as HTML."""
    return (
        f'<header class="masthead"><a class="logo" href="./" aria-label="Voicereel, start page"><i aria-hidden="true">{_MARK}</i>'
        f"<span>Voicereel</span></a>{pill(jobs)}</header>"
    )
