"""Captions changed one edit at a time: what changed is the answer, not all of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any

from backend import captions as drawing
from backend.captions.cue_table import Cues, difference
from backend.captions.edits import Edit, apply_edit, needs_sounds, read_edit
from backend.media.decoding import decode_sound
from backend.media.ffmpeg import Ffmpeg
from backend.media.probe import probe_sound
from backend.models import Captions
from backend.requests import UpdateCaptions
from backend.services.caption_sounds import sound_of
from backend.services.captioning import Captioning
from backend.services.narrations import Narrations
from backend.services.scratch import Scratch
from backend.storage.artifacts import Artifacts
from backend.timing import RATE
from backend.timing.sounds import sounds_in
from backend.work import Work

MOST_SECONDS = 4 * 3600.0
"""Of sound that is looked at for its edges."""
_RECORDINGS = 16
"""Recordings whose sounds are remembered."""


class CaptionEdits:
    """Edits captions; each edit makes their next version."""

    def __init__(
        self, captioning: Captioning, narrations: Narrations, artifacts: Artifacts, ffmpeg: Ffmpeg, scratch: Scratch
    ) -> None:
        self._captioning = captioning
        self._narrations = narrations
        self._artifacts = artifacts
        self._ffmpeg = ffmpeg
        self._scratch = scratch
        self._sounds: OrderedDict[str, list[tuple[float, float]]] = OrderedDict()
        self._listening = Lock()
        self._editing = Lock()

    def edit(self, captions_id: str, version: int, edit: Mapping[str, Any], media: str = "") -> dict[str, Any]:
        """Make an edit of the captions as they are in ``version``.

        Args:
            media: file_id of what is heard, for captions that were not made from a narration.

        Returns:
            ``version``, the place of the ``first`` cue that changed, how many are ``gone`` from there, the ``cues``
            that came, fresh links to the ``files``, ``warnings``, ``count`` (null where nothing is counted); and all
            cues, with ``stale``, where the captions were changed elsewhere: then nothing was done.

        Raises:
            InvalidRequest: it cannot be done.
            NotFound: no such captions.
        """
        wanted = read_edit(edit)
        with self._editing:  # two at once would both be the next version, and one of them lost
            return self._edited(captions_id, version, wanted, media)

    def _edited(self, captions_id: str, version: int, wanted: Edit, media: str) -> dict[str, Any]:
        current, design = self._captioning.newest(captions_id)
        if current.version != version:
            return {**_told(current, 0, 0, current.cues), "stale": True}
        sounds = (
            self._heard(sound_of(current, media, self._narrations, self._artifacts)) if needs_sounds(wanted) else ()
        )
        edited = apply_edit(current.cues, wanted, sounds)
        first, gone, come = difference(current.cues, edited.cues)
        if not gone and not come:
            return _told(current, 0, 0, (), edited.count)
        cues = (
            *current.cues[:first],
            *drawing.broken_into_lines(come, design.style, design.frame(), design.layout),
            *edited.cues[first + len(come) :],
        )
        changed = self._captioning.update(UpdateCaptions(captions_id=captions_id, cues=cues))
        return _told(changed, first, gone, changed.cues[first : first + len(come)], edited.count)

    def restore(self, captions_id: str, source_id: str, version: int) -> dict[str, Any]:
        """The next version, as a version of these captions was, or of those that stood here before them: what undo and
        redo are made of. Told as by `edit`, with all that differs from the latest."""
        with self._editing:
            latest = self._captioning.get(captions_id)
            changed = self._captioning.restore(captions_id, source_id or captions_id, version)
        return _told(changed, *difference(latest.cues, changed.cues))

    def _heard(self, file_id: str) -> list[tuple[float, float]]:
        """The stretches of a recording that sound; listened to once, since a recording never changes."""
        with self._listening:
            self._artifacts.resolve(file_id)
            if file_id not in self._sounds:
                self._sounds[file_id] = self._listen(file_id)
            self._sounds.move_to_end(file_id)
            while len(self._sounds) > _RECORDINGS:
                self._sounds.popitem(last=False)
            return self._sounds[file_id]

    def _listen(self, file_id: str) -> list[tuple[float, float]]:
        with self._scratch.folder() as folder:
            media = self._artifacts.local(file_id, folder)
            info = probe_sound(media, MOST_SECONDS)
            sound = decode_sound(
                self._ffmpeg, media, info, folder / "heard.wav", Work(), most_seconds=MOST_SECONDS, coarse_rate=RATE
            )
            return sounds_in(sound)


def _told(captions: Captions, first: int, gone: int, cues: Cues, count: int | None = None) -> dict[str, Any]:
    return {
        "captions_id": captions.captions_id,
        "version": captions.version,
        "style": captions.style,
        "layout": captions.layout.model_dump(mode="json"),
        "first": first,
        "gone": gone,
        "cues": [cue.model_dump(mode="json") for cue in cues],
        "files": captions.files.model_dump(mode="json"),
        "warnings": list(captions.warnings),
        "count": count,
    }
