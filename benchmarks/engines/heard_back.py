"""From a recording to a voice that speaks: each step a person waits for."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from backend.settings import Settings
from backend.studio import Studio
from benchmarks.bench import VOICE, Bench
from benchmarks.engines.tiny import given, new_home
from benchmarks.figures import Figure, Section
from benchmarks.measure import processor_seconds, run_once
from tests.end_to_end.tiny_backend import tiny_weights

HOW = """A recording of about half a minute (spoken by Kokoro, an MP3), taken in as the page does it, by
the studio's operations and as jobs. Each round is another recording and another voice. F5 (tiny random weights),
Kokoro and the best Whisper that is here are loaded. The steps: the file is taken in; `check_voice` looks it over;
`upload_voice` looks it over again, cuts it, has Whisper write down what is said, compares and saves;
`generate_speech` speaks the first sentence."""
SCRIPT = """The harbour wakes before the town does. Nets are counted, lamps are put out, and somebody always sings.
By six the first boats are small against the light, and the kettle on the quay has boiled three times. Children come
to see what was caught, and leave when they are told what it costs. At noon the wind turns, as it has every day since
anybody kept a book about it, and the whole village smells of salt and tar and bread."""
SPEAKERS = (VOICE, "am_michael", "bf_emma", "bm_george", "af_bella")
CONSENT = {"basis": "own_voice", "speaker": "A synthetic voice", "statement": "Made by the benchmark."}


def measure(bench: Bench) -> Section:
    """Seconds of each step."""
    home = new_home(bench, "heard")
    settings = Settings(home=home, weights_folder=given(bench), hub_offline=True, device="cpu")
    with Studio(settings, tiny_weights(given(bench))) as studio:
        studio.start()
        recordings = [_recorded(studio, speaker) for speaker in SPEAKERS[: bench.rounds(4) + 1]]
        runs = [run_once(partial(_round, studio, recording)) for recording in recordings]
        heard_by = studio.engines.listener("en") or ""
    rounds = [run.answer for run in runs]
    steps = {name: [taken[name] for taken in rounds[1:] or rounds] for name in rounds[0]}
    figures = tuple(_figure(name, times) for name, times in steps.items())
    whole = median(sum(wall for wall, _ in taken.values()) for taken in rounds)
    notes = (f"All steps together: {whole:.1f} s. Heard by {heard_by.rsplit('-', 2)[0]}. {len(rounds) - 1} rounds.",)
    return Section("A voice saved and heard back", HOW, figures, notes=notes, others=median(run.others for run in runs))


def _figure(name: str, times: list[tuple[float, float]]) -> Figure:
    wall, cpu = (median(time[place] for time in times) for place in (0, 1))
    longest = max(wall for wall, _ in times)
    return Figure(name, f"{wall:.2f} s (longest {longest:.2f} s, {cpu:.2f} CPU s)", "", wall, "s", most=3.0)


def _recorded(studio: Studio, speaker: str) -> Path:
    """Half a minute as somebody might upload it."""
    spoken = studio.call("generate_speech", {"script": SCRIPT, "voice": speaker, "audio_format": "mp3"})
    file: Path = studio.local_file(spoken["audio"]["file_id"])
    return file


def _round(studio: Studio, recording: Path) -> dict[str, tuple[float, float]]:
    """Seconds of each step, on the clock and of the processor."""
    taken: dict[str, tuple[float, float]] = {}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        start, cpu = time.perf_counter(), processor_seconds()
        answer = step()
        taken[name] = time.perf_counter() - start, processor_seconds() - cpu
        return answer

    upload = timed("taken in", lambda: studio.upload(recording, "recording.mp3"))["file_id"]
    timed("looked over by the coach", lambda: studio.call("check_voice", {"audio": upload}))
    wanted = {"audio": upload, "name": recording.parent.parent.name, "consent": CONSENT, "language": "en"}
    voice = timed("cut, written down and saved", lambda: studio.call("upload_voice", wanted))["voice_id"]
    said = {"script": "And this is how it sounds from now on.", "voice": voice, "engine": "f5"}
    if "warm" not in vars(studio):
        vars(studio)["warm"] = studio.call("generate_speech", {**said, "script": "F5 is loaded now."})
    timed("first sentence", lambda: studio.call("generate_speech", said))
    return taken
