"""How exact word times are, against speech whose truth is known."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Section
from benchmarks.timing.recordings import CLEAN, MUSIC, NOISE, OTHER, PAUSES, READER, recordings
from benchmarks.timing.systems import OURS, RECOGNISER, STABLE, Errors, ways

HOW = """The same recordings, a script of a hundred words with numbers, a date and names, given to `align_script`, to
stable-ts' `align()` and to faster-whisper's own word times, one after the other, all with the same Whisper weights.
The truth: Kokoro's own token lengths, in every other English voice except the one that the studio uses as its clock, at
speeds of 0.8 to 1.3; and eSpeak NG's own events. Noise is white, music is a chord with beats, both 10 dB below the
voice; long pauses are two to six seconds between sentences. Of the human reader (25 s, LibriVox) nobody knows the
truth: "errors" are differences there from the word times of another aligner, CMU PocketSphinx's. Errors are means over
all words that a system found."""
_TARGETS = {
    CLEAN: {"start": 12.0, "end": 20.0, "within": 97.0},
    NOISE: {"start": 20.0},
    MUSIC: {"start": 20.0},
    PAUSES: {"start": 20.0},
    OTHER: {"start": 30.0, "end": 45.0, "within": 85.0},
    READER: {},
}


def measure(bench: Bench) -> Section:
    """Errors of each system in each condition."""
    systems = ways(bench)
    errors = {condition: {name: Errors() for name in systems} for condition in _TARGETS}
    count = 0
    for recording in recordings(bench):
        count += 1
        for name, find in systems.items():
            errors[recording.condition][name].add(recording, find(recording))
    figures = [_kept(errors)]
    for condition, targets in _TARGETS.items():
        figures += _figures(condition, errors[condition], targets)
    notes = (f"{count} recordings.", _about_offsets(errors[CLEAN]))
    return Section("Words of a known script", HOW, tuple(figures), notes=notes)


def _about_offsets(errors: dict[str, Errors]) -> str:
    told = [
        f"{name} {each.offset_milliseconds:+.0f} ms, and {each.scatter_milliseconds:.0f} ms are left without it"
        for name, each in errors.items()
    ]
    return f"How late starts are in the middle (clean): {'; '.join(told)}."


def _kept(errors: dict[str, dict[str, Errors]]) -> Figure:
    share = {
        name: 100 * sum(each[name].kept for each in errors.values()) / sum(each[name].words for each in errors.values())
        for name in (OURS, STABLE, RECOGNISER)
    }
    others = f"{STABLE} {share[STABLE]:.1f} %, {RECOGNISER} {share[RECOGNISER]:.1f} %"
    return Figure("script words found", f"{share[OURS]:.1f} %", others, share[OURS], "%", least=100.0)


def _figures(condition: str, errors: dict[str, Errors], targets: dict[str, float]) -> list[Figure]:
    def shown(attribute: str, unit: str) -> tuple[str, str, float]:
        values = {name: float(getattr(each, attribute)) for name, each in errors.items()}
        others = f"{STABLE} {values[STABLE]:.0f} {unit}, {RECOGNISER} {values[RECOGNISER]:.0f} {unit}"
        return f"{values[OURS]:.1f} {unit}", others, values[OURS]

    return [
        Figure(f"{condition}: start", *shown("start_milliseconds", "ms"), "ms", most=targets.get("start")),
        Figure(f"{condition}: end", *shown("end_milliseconds", "ms"), "ms", most=targets.get("end")),
        Figure(f"{condition}: starts within 50 ms", *shown("within_percent", "%"), "%", least=targets.get("within")),
    ]
