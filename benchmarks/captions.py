"""What an hour of words takes to become captions, and what texts made to be slow cost the renderer."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from backend.captions import FONTS, STYLES, ass_document
from backend.models import CaptionLayout, Cue
from backend.settings import Settings
from backend.studio import Studio
from backend.video import Colour, preview_clip
from backend.work import Work
from benchmarks.bench import SIZE, Bench
from benchmarks.figures import Figure, Section
from benchmarks.measure import in_turn, middle_cpu, processor_seconds, run_once

WORDS = 9_000
SENTENCE = "Never paint the door while the fog is thinking about you, my grandfather said and laughed."
STYLE = "bold_pop"
SECONDS = 4.0
HOW = f"""An hour of words ({WORDS:,}) through `make_captions` in 1080x1920, from the call to the five files in the
store; for each style, the slowest counts. One caption of a thousand mended: as the page's editor has it done, from the
edit to the next version with its five files; and by a program, `update_captions` with all cues. Hostile:
{SECONDS:.0f} s of captions whose texts were made to be slow (50,000 combining marks, 2,000 characters without a space,
every script at once, ASS tags, bidi controls) drawn over one colour and encoded, against as many plain captions;
processor time of all processes, taken in turn; the worst of them counts."""
HOSTILE = {
    "combining marks": "Z" + "\u0301\u0489\u20dd" * 17_000,
    "no spaces": "W" * 2_000,
    "every script": "Ångström Привет Αυτό שלום مرحبا नमस्ते สวัสดี 你好 こんにちは 안녕 🎉👩‍👩‍👧‍👦 " * 40,
    "ASS tags": r"{\be99\blur99\bord500\t(\fscx9999\frz9999)}{\p9}m 0 0 l 9999 9999 {\k1\fs9999}X" * 25,
    "bidi controls": "\u202eabc\u2066\u200fשלום" * 120,
}
PLAIN = "Never paint the door\nwhile the fog thinks"


def measure(bench: Bench) -> Section:
    """Seconds of the slowest style, and the ratio of the slowest text."""
    with Studio(Settings(home=bench.new_home("captions"), hub_offline=True)) as studio:
        made = {style: _make(studio, style, bench) for style in list(STYLES)[: 2 if bench.quick else None]}
        edited, sent = _edits(studio, bench)
        costs = _costs(studio, bench)
    slowest, worst = max(made, key=lambda each: made[each]), max(costs, key=lambda each: costs[each])
    middle = f"{median(made.values()):.2f} s (middle style)"
    figures = (
        Figure("captions for an hour", f"{made[slowest]:.2f} s ({slowest})", middle, made[slowest], "s", most=1.0),
        Figure("one caption of a thousand mended", f"{edited * 1000:.0f} ms", "", edited * 1000, "ms", most=100.0),
        Figure("the same by a program, all sent", f"{sent * 1000:.0f} ms", "", sent * 1000, "ms"),
        Figure("hostile texts, dearer to render than plain by", worst, "plain", costs[worst], "×", most=4.0),
    )
    each = ", ".join(f"{name} {ratio:.2f}×" for name, ratio in costs.items())
    return Section("Captions", HOW, figures, notes=(f"Against plain texts: {each}.",))


def hour_of_words(count: int) -> list[dict[str, Any]]:
    """So many words with times, 150 of them a minute, with pauses between sentences."""
    words, now = [], 0.2
    for written in itertools.islice(itertools.cycle(SENTENCE.split()), count):
        end = now + 0.05 + 0.055 * len(written)
        words.append({"text": written, "start": round(now, 3), "end": round(end, 3)})
        now = end + {".": 0.45, ",": 0.12}.get(written[-1], 0.02)
    return words


def make(studio: Studio, style: str, count: int) -> dict[str, Any]:
    """Captions of so many words."""
    request = {"source": hour_of_words(count), "style": style, "size": "x".join(map(str, SIZE))}
    captions: dict[str, Any] = studio.call("make_captions", request)
    return captions


def _make(studio: Studio, style: str, bench: Bench) -> float:
    count = WORDS // 20 if bench.quick else WORDS
    make(studio, style, 50)
    return median(run_once(lambda: make(studio, style, count)).wall for _ in range(bench.rounds(3)))


def _edits(studio: Studio, bench: Bench) -> tuple[float, float]:
    """Seconds of one edit in the editor, and of all cues sent with one changed."""
    captions = make(studio, "box_highlight", 4_000)
    kept = captions["captions_id"]
    cues, names = captions["cues"][:1_000], itertools.count()
    latest = [studio.call("update_captions", {"captions_id": kept, "cues": cues})["version"]]

    def edit() -> None:
        wanted = {"do": "rewrite", "index": 500, "text": f"mended {next(names)}"}
        latest[0] = studio.edit_captions(kept, latest[0], wanted)["version"]

    def send() -> None:
        cues[500] = {**cues[500], "text": f"mended {next(names)}"}
        latest[0] = studio.call("update_captions", {"captions_id": kept, "cues": cues})["version"]

    samples = in_turn({"edit": edit, "send": send}, 1 + bench.rounds(5))
    edited, sent = (median(sample.wall for sample in samples[name][1:]) for name in ("edit", "send"))
    return edited, sent


def _costs(studio: Studio, bench: Bench) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=bench.folder) as name:
        texts = {"plain": PLAIN, **HOSTILE}
        ways = {label: lambda text=text: render_text(text, studio, Path(name)) for label, text in texts.items()}
        samples = in_turn(ways, bench.rounds(5))
    plain = middle_cpu(samples.pop("plain"))
    return {label: middle_cpu(taken) / plain for label, taken in samples.items()}


def render_text(text: str, studio: Studio, folder: Path) -> float:
    """Draw captions that say this, a new one each half second; processor seconds."""
    start = processor_seconds()
    cues = [Cue(index=i, start=i / 2, end=(i + 1) / 2, text=text) for i in range(int(SECONDS * 2))]
    document = ass_document(cues, STYLES[STYLE], SIZE, CaptionLayout())
    preview_clip(document, FONTS, SIZE, 0.0, Colour("#204060"), studio.ffmpeg, folder, Work(), seconds=SECONDS)
    return processor_seconds() - start
