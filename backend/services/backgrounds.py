"""What stands behind the captions: a colour, pictures, clips, or what the studio paints itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from backend.errors import InvalidRequest, NotFound
from backend.ids import StoredFile
from backend.shots import Shot, check_shots
from backend.storage.artifacts import Artifacts
from backend.video import BACKGROUND_WORDS, Background, Gradient, check_trim, open_background, parse_colour
from backend.work import Cancel

MAX_BACKGROUNDS = 60
"""Pictures or clips of one video."""


class Backgrounds:
    """Turns what a request names into what a render takes."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts

    def resolve(
        self, background: str | Sequence[str] | None, folder: Path, cancel: Cancel | None = None
    ) -> tuple[Background, ...]:
        """Backgrounds with their files on this machine (fetched into ``folder`` where needed).

        Raises:
            InvalidRequest: neither a colour nor a file_id, or too many.
            MediaRejected: a file that is neither picture nor video.
            Cancelled: stopped on request.
        """
        if background is None:
            return (Gradient(),)
        names = (background,) if isinstance(background, str) else tuple(background)
        if not 1 <= len(names) <= MAX_BACKGROUNDS:
            raise InvalidRequest(
                f"A video takes 1 to {MAX_BACKGROUNDS} backgrounds.", hint="Give fewer.", code="invalid_background"
            )
        return tuple(self._one(name, folder, cancel) for name in names)

    def check(
        self, background: str | Sequence[str] | None, shots: Sequence[Shot], sentences: int | None, folder: Path
    ) -> None:
        """Refuse backgrounds that cannot be used, or not in these shots.

        Args:
            sentences: how many are said, if that is known.

        Raises:
            InvalidRequest, MediaRejected: as `resolve`, or ``invalid_shots``.
        """
        resolved = self.resolve(background, folder)
        check_shots(shots, len(resolved), sentences)
        for each, shot in zip(resolved, shots, strict=False):
            check_trim(each, shot)

    def _one(self, name: str, folder: Path, cancel: Cancel | None) -> Background:
        if name in BACKGROUND_WORDS:
            return BACKGROUND_WORDS[name]
        try:
            StoredFile.parse(name)
        except NotFound:
            return _colour(name)
        return open_background(self._artifacts.local(name, folder), cancel)


def _colour(name: str) -> Background:
    try:
        return parse_colour(name)
    except InvalidRequest as error:
        raise InvalidRequest(
            f"{name[:80]!r} is neither a colour nor a file_id.",
            hint=f"Use #RRGGBB, a CSS colour name, {', '.join(BACKGROUND_WORDS)}, or the file_id of an uploaded image "
            "or video.",
            code="invalid_background",
        ) from error
