"""How fast a script is spoken, beside kokoro-onnx."""

from __future__ import annotations

import itertools
from statistics import median

from backend.script import parse_script
from backend.speech import NarrationSettings, Narrator, TakeStore
from backend.work import Work
from benchmarks.bench import VOICE, Bench
from benchmarks.figures import Figure, Section
from benchmarks.measure import Sample, disturbance, in_turn

HOW = """The same script of about a minute, the same model file, voice and speed. Ours: the narrator through the
warm engine with an empty store of takes: reading the script, phonemes, sentences side by side, joining, loudness, WAV.
Theirs: `kokoro_onnx.Kokoro.create()` 0.6.1 with its default session. The two pause a little differently, so
seconds of audio a second are compared, not times. Loading the model is outside the clock on both sides."""


def measure(bench: Bench) -> Section:
    """Seconds of audio a second of work, ours and theirs."""
    text = bench.script("one_minute")
    script = parse_script(text, voice=VOICE, speed=1.0, language=lambda voice: "en-us")
    settings = NarrationSettings(engine=lambda voice: "kokoro")
    numbers = itertools.count()

    def ours() -> float:
        folder = bench.folder / f"speech-{next(numbers)}"
        folder.mkdir()
        narrator = Narrator(bench.studio.engines, TakeStore(folder / "takes"), bench.studio.ffmpeg)
        return narrator.narrate(script, settings, folder, Work()).duration

    def theirs() -> float:
        return float(bench.peer.ask("speak", text=text, voice=VOICE))

    bench.studio, bench.peer  # noqa: B018 - loaded before the clock starts
    samples = in_turn({"ours": ours, "theirs": theirs}, bench.rounds(3))
    ours_rate, theirs_rate = _rate(samples["ours"]), _rate(samples["theirs"])
    figures = (
        Figure(
            "speech throughput",
            f"{ours_rate:.2f} s of audio a second",
            f"{theirs_rate:.2f} (kokoro-onnx)",
            ours_rate / theirs_rate,
            "×",
            least=1.5,
        ),
        Figure(
            "speech, processor time",
            f"{_work(samples['ours']):.3f} CPU s a second of audio",
            f"{_work(samples['theirs']):.3f} (kokoro-onnx)",
            _work(samples["ours"]) / _work(samples["theirs"]),
            "×",
        ),
    )
    lengths = f"{samples['ours'][0].answer:.1f} s of audio from us, {samples['theirs'][0].answer:.1f} s from the peer."
    return Section("Speech", HOW, figures, notes=(lengths,), others=disturbance(samples))


def _rate(samples: list[Sample]) -> float:
    return float(median(sample.answer / sample.wall for sample in samples))


def _work(samples: list[Sample]) -> float:
    return float(median(sample.cpu / sample.answer for sample in samples))
