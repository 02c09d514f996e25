"""Changes to captions that are on the stage."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ui.choices import Choices
from ui.show import Show, with_captions
from ui.studio import Json, Studio

MAX_CUE_CHARACTERS = 400


def edit(studio: Studio, show: Show, index: int, written: str) -> Show:
    """Change the text of one cue; its words keep their times, or share the cue's time when their number changed."""
    captions = show.captions.get(show.size)
    written = " ".join(written.split())[:MAX_CUE_CHARACTERS]
    if captions is None or not 0 <= index < len(captions["cues"]):
        return show
    if written == " ".join(captions["cues"][index]["text"].split()):
        return show
    cues = [_rewritten(cue, written) if cue["index"] == index else cue for cue in captions["cues"]]
    kept = [{**cue, "index": number} for number, cue in enumerate(cue for cue in cues if cue["text"])]
    return with_captions(show, studio.call("update_captions", {"captions_id": captions["captions_id"], "cues": kept}))


def _rewritten(cue: Json, written: str) -> Json:
    texts, old = written.split(), cue["words"]
    if len(texts) == len(old):
        words = [{**word, "text": now} if word["text"] != now else word for word, now in zip(old, texts, strict=True)]
    else:
        words = _shared(texts, float(cue["start"]), float(cue["end"]))
    return {**cue, "text": written, "words": words}


def _shared(texts: list[str], start: float, end: float) -> list[Json]:
    """Words that share a stretch of time by their length."""
    letters = sum(len(each) for each in texts) or 1
    words, now = [], start
    for each in texts:
        after = now + (end - start) * len(each) / letters
        words.append(
            {"text": each, "start": round(now, 3), "end": round(after, 3), "confidence": 0.5, "source": "edited"}
        )
        now = after
    return words


def undo(studio: Studio, show: Show) -> Show:
    """Back to the captions before the last change."""
    captions = show.captions.get(show.size)
    if captions is None or not show.undo:
        return show
    before = show.undo[-1]
    arguments: dict[str, Any] = {"captions_id": captions["captions_id"]}
    arguments.update({name: before[name] for name in ("cues", "style", "layout") if name in before})
    changed = studio.call("update_captions", arguments)
    return replace(show, captions={**show.captions, show.size: changed}, videos={}, undo=show.undo[:-1])


def bring(studio: Studio, show: Show, file_id: str, choices: Choices) -> Show:
    """Captions from a subtitle file, in the chosen style, for the frame that is looked at."""
    arguments = {"source": file_id, "style": choices.style, "size": show.size, "layout": choices.layout()}
    return with_captions(show, studio.call("make_captions", arguments))
