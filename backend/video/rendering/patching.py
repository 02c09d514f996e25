"""A video rendered again for the price of what changed: new parts are encoded, all others copied bit for bit.

What is copied was decoded when it was made; of the joined file all packets are counted, and what is new in it is
decoded. Where anything does not fit together, the whole is rendered instead.
"""

from __future__ import annotations

import dataclasses
import inspect
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from backend.errors import MediaFailed
from backend.media.decoding import muted
from backend.media.info import MediaInfo
from backend.media.probe import Stretches
from backend.media.stitching import Piece, stitch
from backend.video.encoding.encoders import Encoder
from backend.video.picture.graph import Scene, picture_graph, picture_inputs
from backend.video.picture.window import window
from backend.video.rendering.parts import digest_of, hash_of, runs, same
from backend.video.rendering.verify import as_planned, decoding_seconds, verify
from backend.video.sound.metering import Metered
from backend.video.sound.mixing import Mix
from backend.work import Work

WORTH_ANOTHER_WAY = ("stitch_failed", "render_incomplete")
"""Codes of errors that a whole render may well not have."""
_EARLIER = "earlier"
_LONG = 3
"""Parts of a video of over four seconds, whose thumbnail shows its first second, however long it is."""
_SOUND = "sound.part"
MIXING = (*sorted(Path(inspect.getfile(Mix)).parent.glob("*.py")), Path(inspect.getfile(muted)))
"""The code that decides what is heard: another one may make another sound of the same things."""


@dataclass(frozen=True)
class Prints:
    """What a video is made of, as hashes: the same ones mean the same frames and the same sound."""

    parts: tuple[str, ...]
    """One for each two seconds of the picture."""
    sound: str


@dataclass(frozen=True)
class Earlier:
    """A finished video that may hold some of what is wanted."""

    path: Path
    prints: Prints
    metered: Metered
    """How loud its sound is."""
    thumbnail: Path | None = None
    """A small picture of its beginning, if that is there."""
    is_intact: Callable[[], bool] = lambda: True
    """Whether the file is the one that was made: reads all of it."""

    def looks_like(self, prints: Prints) -> Path | None:
        """Its thumbnail, where that of a video made of ``prints`` is the same; of short ones the moment may differ."""
        ours, others = self.prints.parts, prints.parts
        alike = ours == others or (ours[:1] == others[:1] and min(len(ours), len(others)) >= _LONG)
        return self.thumbnail if alike else None


Find = Callable[[Prints], Earlier | None]
"""Looks for a video that has parts of the one wanted."""

Encode = Callable[[Sequence[str], str, int, Work], None]
"""Runs ffmpeg with these arguments, to write a file of this name with so many frames."""


def find_nothing(prints: Prints) -> Earlier | None:
    """A `Find` for videos that are always rendered whole."""
    return None


def sound_print(mix: Mix, coding: Sequence[str]) -> str:
    """A hash of all that is heard, and of the code that mixes it.

    Args:
        coding: how it is encoded, and by what.
    """
    fields = {field.name: getattr(mix, field.name) for field in dataclasses.fields(mix)}
    heard = {name: digest_of(value) if isinstance(value, Path) else repr(value) for name, value in fields.items()}
    code = [digest_of(path) for path in MIXING]
    return hash_of([heard, code, *coding])


class Patch:
    """The work of one video that is partly there already."""

    def __init__(self, scene: Scene, encoder: Encoder, wanted: Prints, earlier: Earlier, folder: Path) -> None:
        self._encoder = encoder
        self._scene, self._folder, self._earlier = scene, folder, earlier
        self._runs = runs(wanted.parts, earlier.prints.parts, scene.frames, scene.fps)
        self.copied = same(wanted.parts, earlier.prints.parts)
        """Parts that are there."""
        self._whole = wanted == earlier.prints
        self.needs_sound = wanted.sound != earlier.prints.sound

    def make(self, target: str, run: Encode, make_sound: Callable[[str], None], work: Work) -> MediaInfo:
        """Write the video as ``target`` into the folder.

        Args:
            run: has ffmpeg write a file.
            make_sound: writes all of the sound into a file of this name; asked only if it is not there.

        Raises:
            MediaFailed: one of `WORTH_ANOTHER_WAY`: it has to be rendered whole; others as `Ffmpeg.run`.
            Cancelled: stopped on request.
        """
        if self._whole:
            _check_intact(self._earlier.is_intact())
            shutil.copyfile(self._earlier.path, self._folder / target)
            plan = (self._scene.frames, self._scene.fps, self._scene.size)
            nothing, codec = Stretches((), sound=False), self._encoder.codec
            return verify(self._folder / target, *plan, sound=True, codec=codec, new=nothing, cancel=work.cancel)
        (self._folder / _EARLIER).symlink_to(self._earlier.path.absolute())
        with ThreadPoolExecutor(1) as thread:
            intact = thread.submit(self._earlier.is_intact)
            pieces = [self._piece(number, run, work) for number in range(len(self._runs))]
            _check_intact(intact.result())
        sound = _EARLIER
        if self.needs_sound:
            make_sound(sound := _SOUND)
        frames, fps, size = plan = (self._scene.frames, self._scene.fps, self._scene.size)
        stretches = ((run.first / fps, (run.first + run.frames) / fps) for run in self._runs if run.new)
        new = Stretches(tuple(stretches), self.needs_sound)
        facts = stitch(pieces, sound, fps, target, self._folder, work.cancel, new, decoding_seconds(frames, size))
        return as_planned(facts, self._folder / target, *plan, sound=True, codec=self._encoder.codec)

    def _piece(self, number: int, run: Encode, work: Work) -> Piece:
        """A stretch of the video: out of the earlier one, or encoded anew."""
        stretch = self._runs[number]
        if not stretch.new:
            return Piece(_EARLIER, stretch.first, stretch.frames)
        before, ahead = (sum(one.frames for one in some if one.new) for some in (self._runs[:number], self._runs))
        scene, name = window(self._scene, stretch.first, stretch.frames), f"new{number}.part"
        taken, pad = self._encoder.taken_from("picture")
        graph = ["-filter_complex", f"{picture_graph(scene)}{taken}", "-map", pad]
        part = work.part(before / ahead, (before + stretch.frames) / ahead)
        inputs = [*self._encoder.device, *picture_inputs(scene)]
        run([*inputs, *graph, *self._encoder.arguments(scene.fps)], name, stretch.frames, part)
        return Piece(name, 0, stretch.frames)


def _check_intact(intact: bool) -> None:
    if not intact:
        raise MediaFailed("The earlier video was damaged.", hint="Try it again.", code="stitch_failed")
