"""Bars that rise and fall with a voice: how loud each part of its spectrum is, frame by frame. Pure.

What changes from frame to frame is one row of numbers, the height of each bar. How high a bar has to be for a pixel to
be lit is painted once: the renderer compares the two, so bars have round ends and soft edges and cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.media.audio import Samples
from backend.video.backgrounds.painted import Floats, to_yuv
from backend.video.picture.drawn import BT709, raw_input, repeated
from backend.video.picture.fitting import Size, even

SOUND_RATE = 16_000
"""Hz of the sound that is looked at."""

_UNITS = 64
"""Of a bar's height, to a pixel."""
_WHOLE = 65_535
_WINDOW = 1024
_LOWEST, _HIGHEST = 100.0, 6000.0
_RANGE_DECIBELS = 34.0
_LOUD_SHARE = 97.0
"""Percentile of all loudness that fills a bar; what is louder does not rise higher."""
_TILT_DECIBELS = 4.0
"""An octave: what voices lose towards the high."""
_RISE, _FALL = 0.65, 0.22
"""Share of the way to its new height that a bar goes in a thirtieth of a second."""
_BLOCK = 256
_MIDDLE, _TIP = (255, 248, 238), (255, 170, 138)


@dataclass(frozen=True)
class Bars:
    """Where the bars stand in a frame of ``size``; as the graph reads them, four raw files."""

    size: Size
    inputs: int = 4

    @property
    def count(self) -> int:
        wide = self.size[0] / self.size[1]
        wanted = 30 if wide < 0.8 else 48 if wide < 1.3 else 64
        return max(4, min(wanted, self.size[0] // 8 // 2 * 2))

    @property
    def pitch(self) -> int:
        """Pixels from one bar to the next, even."""
        return max(2, int(self.size[0] * 0.8 / self.count / 2) * 2)

    @property
    def box(self) -> Size:
        """Width and height in pixels of the stretch that bars can reach."""
        return self.count * self.pitch, even(min(self.size) * 0.34)

    @property
    def corner(self) -> tuple[int, int]:
        """Where that stretch begins, left and top: above captions that stand in their usual place."""
        middle = self.size[1] * (0.34 if self.size[1] > self.size[0] * 1.3 else 0.42)
        return even((self.size[0] - self.box[0]) / 2, least=0), even(middle - self.box[1] / 2, least=0)

    @property
    def radius(self) -> float:
        """Half a bar's thickness, in pixels."""
        return self.pitch * 0.29

    def options(self, name: str, fps: int) -> list[str]:
        return [
            *raw_input(name, self.size, "yuv420p", fps),
            *raw_input(f"{name}.levels", (self.count, 1), "gray16le", fps),
            *raw_input(f"{name}.heights", self.box, "gray16le", fps),
            *raw_input(f"{name}.bars", self.box, "yuv420p", fps),
        ]

    def chain(self, number: int, frames: int, first: int, fps: int, label: str) -> str:
        still, (width, height), (left, top) = repeated(frames, fps), self.box, self.corner
        window = f"trim=start_frame={first}:end_frame={first + frames},settb=1/{fps},setpts=N"
        return (
            f"[{number}:v:0]{BT709},{still}[{label}behind];"
            f"[{number + 1}:v:0]tpad=stop=-1:stop_mode=clone,{window},"
            f"scale={width}:{height}:flags=neighbor,format=gray16le[{label}levels];"
            f"[{number + 2}:v:0]format=gray16le,{still}[{label}heights];"
            f"[{label}levels][{label}heights]blend=all_mode=subtract,"
            f"lut=c0='min(val*{_WHOLE // _UNITS},{_WHOLE})',format=gray[{label}lit];"
            f"[{number + 3}:v:0]{BT709},{still}[{label}bars];"
            f"[{label}bars][{label}lit]alphamerge[{label}shown];"
            f"[{label}behind][{label}shown]overlay={left}:{top}:format=yuv420,format=yuv420p,setsar=1,{BT709}"
        )

    def heights(self) -> bytes:
        """For each pixel of the box the height a bar must have to cover it, as gray16le."""
        width, height = self.box
        across = np.abs(np.arange(width) % self.pitch + 0.5 - self.pitch / 2)[None, :]
        away = np.abs(np.arange(height) + 0.5 - height / 2)[:, None]
        inside = np.maximum(self.radius**2 - across**2, 0)
        needed = np.where(across < self.radius, away + self.radius - np.sqrt(inside), np.inf)
        whole: NDArray[np.uint16] = np.clip(needed * _UNITS, 0, _WHOLE).astype("<u2")
        return whole.tobytes()

    def bars(self) -> bytes:
        """The colours of the box if all of it were bars, as yuv420p: brightest in the middle."""
        width, height = self.box
        luma = to_yuv(_shaded(width, height))[0]
        _, blue, red = to_yuv(_shaded(width // 2, height // 2))
        return b"".join(np.round(plane).astype(np.uint8).tobytes() for plane in (luma, blue, red))

    def levels(self, loudness: Floats) -> bytes:
        """The heights of all bars, frame by frame, as gray16le, from loudness (frames, `count` / 2) of 0 to 1.

        Low tones stand in the middle, high ones at both ends.
        """
        parts = (loudness[first : first + _BLOCK] for first in range(0, len(loudness), _BLOCK))  # hours take no room
        return b"".join(map(self._levels, parts))

    def _levels(self, loudness: Floats) -> bytes:
        most = self.box[1] / 2 - self.radius
        both = np.concatenate([loudness[:, ::-1], loudness], axis=1)
        # half a pixel more, so that an edge that lies on a pixel's middle covers half of it
        heights = (self.radius + 0.5 + both * (most - 0.5)) * _UNITS
        whole: NDArray[np.uint16] = np.clip(heights, 0, _WHOLE).astype("<u2")
        return whole.tobytes()


def _shaded(width: int, height: int) -> Floats:
    away = np.abs((np.arange(height, dtype=np.float32) + 0.5) / height * 2 - 1)[:, None, None]
    column = np.array(_MIDDLE, np.float32) * (1 - away) + np.array(_TIP, np.float32) * away
    return np.broadcast_to(column, (height, width, 3)).astype(np.float32)


def loudness_by_frame(blocks: Iterator[Samples], frames: int, fps: int, bands: int) -> Floats:
    """How loud each of ``bands`` parts of the spectrum is in each frame: (frames, bands), 0 to 1, low tones first.

    Args:
        blocks: the sound at `SOUND_RATE`, each (samples, channels). What is missing of ``frames`` is silence.
    """
    found = [_decibels(rows, bands) for rows in _windows(blocks, frames, fps)]
    decibels = np.concatenate(found)[:frames] if found else np.zeros((0, bands), np.float32)
    decibels = np.pad(decibels, ((0, frames - len(decibels)), (0, 0)), constant_values=-200.0)
    loud = float(np.percentile(decibels, _LOUD_SHARE))
    wanted = np.clip((decibels - max(loud, -70.0)) / _RANGE_DECIBELS + 1, 0, 1)
    return _settled(wanted.astype(np.float32), fps)


def guessed_loudness(speech: Sequence[tuple[float, float]], frames: int, fps: int, bands: int) -> Floats:
    """What `loudness_by_frame` might find when somebody speaks in these stretches (seconds); always the same."""
    times = (np.arange(frames, dtype=np.float32) + 0.5)[:, None] / fps
    spoken = np.zeros((frames, 1), np.float32)
    for start, end in speech:
        spoken[round(start * fps) : round(end * fps)] = 1.0
    band = np.arange(bands, dtype=np.float32)[None, :]
    syllables = 0.5 + 0.5 * np.sin(2 * np.pi * (4.1 + 0.13 * (band % 5)) * times + band * 1.7)
    wanted = spoken * (0.25 + 0.75 * syllables) * (1 - 0.6 * band / bands)
    return _settled(wanted.astype(np.float32), fps)


def _windows(blocks: Iterator[Samples], frames: int, fps: int) -> Iterator[Floats]:
    """The sound around the middle of each frame, some hundred frames at a time: (frames, `_WINDOW`)."""
    kept, begin, frame = np.zeros(_WINDOW // 2, np.float32), -(_WINDOW // 2), 0
    for block in blocks:
        kept = np.concatenate([kept, block.mean(axis=1)])
        while frame < frames:
            many = np.arange(frame, min(frame + _BLOCK, frames))
            starts = ((many + 0.5) * SOUND_RATE / fps).astype(int) - _WINDOW // 2 - begin
            starts = starts[starts + _WINDOW <= len(kept)]
            if not len(starts):
                break
            yield np.stack([kept[start : start + _WINDOW] for start in starts])
            frame += len(starts)
            kept, begin = kept[starts[-1] :], begin + int(starts[-1])


def _decibels(rows: Floats, bands: int) -> Floats:
    power = np.abs(np.fft.rfft(rows * np.hanning(_WINDOW).astype(np.float32), axis=1)) ** 2
    edges = np.geomspace(_LOWEST, _HIGHEST, bands + 1)
    order = np.arange(bands + 1)
    places = np.maximum.accumulate(np.round(edges * _WINDOW / SOUND_RATE).astype(int) - order) + order  # none twice
    sums = np.add.reduceat(power, places, axis=1)[:, :bands] / np.diff(places)
    tilt = _TILT_DECIBELS * np.log2(edges[:-1] / _LOWEST)
    decibels: NDArray[np.float32] = (10 * np.log10(sums + 1e-12) - 50 + tilt).astype(np.float32)
    return decibels


def _settled(wanted: Floats, fps: int) -> Floats:
    """Bars that rise quickly and fall slowly."""
    rise, fall = (1 - (1 - share) ** (30 / fps) for share in (_RISE, _FALL))
    settled, now = np.empty_like(wanted), np.zeros(wanted.shape[1], np.float32)
    for number, row in enumerate(wanted):
        now = now + np.where(row > now, rise, fall) * (row - now)
        settled[number] = now
    return settled
