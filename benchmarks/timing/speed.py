"""How long it takes to put a script onto a minute of speech."""

from __future__ import annotations

import shutil
from functools import partial

import soundfile  # type: ignore[import-untyped]

from backend.tenants import MAIN
from benchmarks.bench import Bench
from benchmarks.figures import Figure, Section
from benchmarks.measure import disturbance, in_turn, middle_wall
from benchmarks.timing.systems import STABLE, align_with_studio

HOW = """The one-minute script, spoken in another voice than the clock's, given to `align_script` and to stable-ts'
`align()` in turn. The engines are loaded; the clock has spoken nothing of the script before. The figure is a share of
the recording's length."""
_VOICE = "am_michael"


def measure(bench: Bench) -> Section:
    """Seconds over the recording's seconds."""
    script = bench.script("one_minute")
    made = bench.studio.call("generate_speech", {"script": script, "voice": _VOICE})
    path = bench.folder / "minute.wav"
    shutil.copy(bench.studio.local_file(made["audio"]["file_id"]), path)
    align_with_studio(bench, path, script)

    def ours() -> None:
        shutil.rmtree(bench.studio.settings.takes_of(MAIN), ignore_errors=True)
        align_with_studio(bench, path, script)

    theirs = partial(bench.aligners.ask, "align", path=str(path), script=script)
    samples = in_turn({"ours": ours, "theirs": theirs}, bench.rounds(3))
    length = soundfile.info(path).duration
    mine, other = (middle_wall(samples[name]) for name in ("ours", "theirs"))
    figure = Figure(
        "a minute of speech, share of its length",
        f"{mine:.1f} s of {length:.0f} s",
        f"{STABLE} {other:.1f} s",
        100 * mine / length,
        "%",
        most=50.0,
    )
    return Section("Speed", HOW, (figure,), others=disturbance(samples))
