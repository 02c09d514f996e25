"""From a narration and music to one sound: measured first, so that the mix comes out as loud as it should.

Nothing is guessed: how loud voice and music are is metered in one pass over both, how far the music steps back and
how loud the mix will be follows from that, and a mix that the limiter has much to do with is metered itself.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from backend.errors import MediaFailed
from backend.media.audio import ENCODERS, write_wave
from backend.media.decoding import muted
from backend.media.ffmpeg import Ffmpeg
from backend.media.formats import INPUT_GUARD
from backend.media.info import MediaInfo
from backend.media.probe import probe
from backend.models import AudioFormat
from backend.video.sound.graph import (
    CEILING,
    GAIN_RATE,
    USUAL_FADES,
    Fades,
    Sound,
    music_filters,
    music_gain,
    sound_graph,
    voice_filters,
)
from backend.video.sound.levels import STEP_SECONDS, Curve, Levels, duck_depth, mixed, stretched
from backend.video.sound.levels import integrated as loudness_of_powers
from backend.video.sound.metering import metered, read_metered
from backend.work import Work

LOUDNESS = -14.0
"""LUFS that YouTube, TikTok, Instagram and Spotify bring everything to; what is louder they turn down."""
DUCK_DISTANCE = 20.0
"""LU that music lies under a voice: the 20 dB at which WCAG 2.2 (1.4.7) counts speech as easy to follow."""
MAX_GAIN = 10 ** (30 / 20)
"""The most a very quiet recording is lifted."""
LONGEST_LOOP = 600.0
"""Seconds of music that are kept in memory to begin again without a seam: 230 MB. Longer music is read again."""
_HARDLY_LIMITED = 10 ** (3 / 20)
"""Over the ceiling by so much, peaks take no loudness with them; beyond, the mix is metered as it will be."""
_MOST_CORRECTIONS = 2
_CLOSE_ENOUGH = 0.2
"""LU."""
_LENGTH_OFF = 0.1
"""Seconds that codecs may add at the ends."""


@dataclass(frozen=True)
class Mix:
    """What is to be heard."""

    narration: Path
    seconds: float
    """Length of the video."""
    music: Path | None = None
    music_volume: float = 0.2
    """Gain of the music where nobody speaks, 0 to 1."""
    speech: tuple[tuple[float, float], ...] = ()
    """Start and end of words in seconds, for the music to step back."""
    duck: bool = True
    duck_distance: float = DUCK_DISTANCE
    """LU that the music lies under the voice, at least, while someone speaks. It is never turned up for that."""
    music_start: float = 0.0
    """Seconds of the music that are left out at its beginning."""
    fades: Fades = USUAL_FADES
    loudness: float | None = None
    """LUFS of the finished mix; None leaves voice and music as loud as they are."""


@dataclass(frozen=True)
class PlacedMix:
    """A mix as the graph reads it."""

    sound: Sound
    """Its inputs counted from 0."""
    inputs: tuple[str, ...]
    """ffmpeg's input options."""
    loudness: float | None = None
    """LUFS that it comes to; None where that is not known, or nothing is heard."""

    def graph(self, first_input: int = 0) -> str:
        """The filter graph to the pad ``[sound]``, for inputs that come after others."""
        numbers = {
            name: number + first_input
            for name in ("narration", "music", "gain")
            if (number := getattr(self.sound, name)) is not None
        }
        return sound_graph(replace(self.sound, **numbers))


def place_mix(mix: Mix, ffmpeg: Ffmpeg, folder: Path, work: Work) -> PlacedMix:
    """Measure what is mixed and put it into ``folder`` under fixed names.

    Raises:
        MediaRejected: the narration or the music cannot be used.
        MediaFailed, Cancelled: as `Ffmpeg.run`.
    """
    narration = probe(mix.narration, cancel=work.cancel)
    spoken = narration.require_audio()
    (folder / "narration").symlink_to(mix.narration.absolute())
    sound = Sound(0, spoken.channels, mix.seconds, narration_first=tuple(muted(spoken)))
    voice = (*INPUT_GUARD, "-f", narration.form.demuxer, "-i", "file:narration")
    if mix.music is None:
        placed = PlacedMix(sound, voice)
        levels = {} if mix.loudness is None else _measure(sound, voice, ffmpeg, folder, work)
        gain = np.zeros(0)
    else:
        music = probe(mix.music, cancel=work.cancel)
        played = music.require_audio()
        (folder / "music").symlink_to(mix.music.absolute())
        loops = played.duration - _start(mix, music) < mix.seconds
        in_memory = loops and music.duration <= LONGEST_LOOP
        first = tuple(muted(played))
        sound = replace(sound, music=1, music_loops=in_memory, gain=2, limited=True, music_first=first)
        again = ("-stream_loop", "-1") if loops and not in_memory else ()
        once = _music_input(mix, music)
        placed = PlacedMix(sound, (*voice, *again, *once, "-f", "wav", "-i", "file:gain.wav"))
        needed = mix.loudness is not None or (mix.duck and mix.speech)
        levels = _measure(sound, (*voice, *once), ffmpeg, folder, work) if needed else {}
        gain = _write_gain(mix, levels, folder)
    if mix.loudness is None:
        return placed
    return _brought_to(mix.loudness, placed, levels, gain, ffmpeg, folder, work)


def _music_input(mix: Mix, music: MediaInfo) -> tuple[str, ...]:
    start = _start(mix, music)
    skipped = ("-ss", f"{start:.3f}") if start else ()
    return (*INPUT_GUARD, *skipped, "-f", music.form.demuxer, "-i", "file:music")


def _start(mix: Mix, music: MediaInfo) -> float:
    """Where the music begins; at its beginning if it is over by then."""
    return mix.music_start if mix.music_start < music.duration - STEP_SECONDS else 0.0


def _measure(sound: Sound, inputs: tuple[str, ...], ffmpeg: Ffmpeg, folder: Path, work: Work) -> dict[str, Levels]:
    """Levels of the ``narration``, and of the ``music`` once through."""
    filters = {"narration": voice_filters(sound)}
    if sound.music is not None:
        filters["music"] = f"{music_filters(sound)},atrim=end={sound.seconds:.6f}"
    chains = [f"[{number}:a:0]{chain},{metered(name)}" for number, (name, chain) in enumerate(filters.items())]
    outputs = [option for name in filters for option in ("-map", f"[{name}]", "-f", "null", "-")]
    arguments = [*inputs, "-filter_complex", ";".join(chains), *outputs]
    ffmpeg.run(arguments, folder=folder, work=work, timeout=60 + sound.seconds)
    return {name: read_metered(folder, name) for name in filters}


def _write_gain(mix: Mix, levels: dict[str, Levels], folder: Path) -> Curve:
    """Write the gain curve of the music; what it is at each tenth of a second."""
    depth: Curve | float = 0.0
    voice = levels["narration"].loudness if levels else None
    if mix.duck and voice is not None:
        music = stretched(levels["music"].powers, int(mix.seconds / STEP_SECONDS) + 1)
        depth = duck_depth(music, mix.music_volume, voice - mix.duck_distance)
    gain = music_gain(mix.seconds, mix.music_volume, mix.speech if mix.duck else (), depth, mix.fades)
    write_wave(folder / "gain.wav", gain, GAIN_RATE)
    middles = np.arange(int(mix.seconds / STEP_SECONDS) + 1) * STEP_SECONDS + STEP_SECONDS / 2
    return np.asarray(gain[np.minimum((middles * GAIN_RATE).astype(int), len(gain) - 1)], dtype=np.float64)


def _brought_to(
    target: float, placed: PlacedMix, levels: dict[str, Levels], gain: Curve, ffmpeg: Ffmpeg, folder: Path, work: Work
) -> PlacedMix:
    """The mix at this loudness, its peaks limited."""
    voice, music = levels["narration"], levels.get("music")
    steps = max(int(placed.sound.seconds / STEP_SECONDS), 1)
    powers = np.concatenate([voice.powers, np.zeros(max(0, steps - len(voice.powers)))])[:steps]
    if music is not None:
        powers = mixed(powers, music.powers, gain)
    loudness = loudness_of_powers(powers)
    if loudness is None:
        return placed
    volume = min(MAX_GAIN, 10 ** ((target - loudness) / 20))
    peak = voice.peak + (music.peak * float(gain.max(initial=0.0)) if music is not None else 0.0)
    placed = _at(placed, volume, loudness + 20 * np.log10(volume), peak)
    if peak * volume > CEILING * _HARDLY_LIMITED:
        placed = _corrected(target, placed, peak, ffmpeg, folder, work)
    return placed


def _at(placed: PlacedMix, volume: float, loudness: float, peak: float) -> PlacedMix:
    sound = replace(placed.sound, volume=float(volume), limited=peak * volume > CEILING)
    return replace(placed, sound=sound, loudness=float(loudness))


def _corrected(target: float, placed: PlacedMix, peak: float, ffmpeg: Ffmpeg, folder: Path, work: Work) -> PlacedMix:
    """The same, turned up by what the limiter takes away."""
    for correction in range(_MOST_CORRECTIONS + 1):
        graph = placed.graph().removesuffix("[sound]")
        arguments = [
            *placed.inputs,
            "-filter_complex",
            f"{graph},{metered('mix')}",
            "-map",
            "[mix]",
            "-f",
            "null",
            "-",
        ]
        ffmpeg.run(arguments, folder=folder, work=work, timeout=60 + placed.sound.seconds)
        measured = read_metered(folder, "mix").loudness
        if measured is None or abs(target - measured) < _CLOSE_ENOUGH or correction == _MOST_CORRECTIONS:
            return replace(placed, loudness=measured)
        placed = _at(placed, min(MAX_GAIN, placed.sound.volume * 10 ** ((target - measured) / 20)), measured, peak)
    return placed


def export_mix(mix: Mix, ffmpeg: Ffmpeg, target: Path, audio_format: AudioFormat, work: Work) -> Path:
    """The sound of a video alone; ``target`` appears only when it is whole.

    Raises:
        MediaRejected: the narration or the music cannot be used.
        MediaFailed: ``render_incomplete``, or as `Ffmpeg.run`.
        Cancelled: stopped on request; nothing is left behind.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="sound-") as name:
        folder = Path(name)
        placed = place_mix(mix, ffmpeg, folder, Work(cancel=work.cancel))
        output = [*("-map", "[sound]", "-map_metadata", "-1"), *ENCODERS[audio_format], "-y", "file:out"]
        ffmpeg.run(
            [*placed.inputs, "-filter_complex", placed.graph(), *output],
            folder=folder,
            work=work,
            seconds=mix.seconds,
            timeout=60 + mix.seconds,
            message="Making the sound",
        )
        if abs(probe(folder / "out", cancel=work.cancel).require_audio().duration - mix.seconds) > _LENGTH_OFF:
            raise MediaFailed(
                "The sound did not come out as long as the video.", hint="Try it again.", code="render_incomplete"
            )
        (folder / "out").replace(target)
    return target
