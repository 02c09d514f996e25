"""Videos on their way to be one, as the page sees it: what was brought, how they follow each other, what came out.

A browser keeps ids and settings only (see `Merge.remember`), so that a reload finds everything again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backend.errors import StudioError
from ui.choices import AUTO
from ui.foreseeing import foreseen_of
from ui.own_job import OwnJob, begun, complained, fresh, link_of, seen, stopped
from ui.studio import Json, Studio

DEFAULTS: Mapping[str, str] = {
    "transition": "none",
    "transition_seconds": "0.5",
    "size": AUTO,
    "fit": "contain",
    "background_music_volume": "0.5",
}
"""What the form says at first; all of it is text, as forms have it."""


@dataclass(frozen=True)
class Merge(OwnJob):
    """All fields empty: nothing was brought yet."""

    videos: tuple[Json, ...] = ()
    """Links in order, each with ``seconds``, ``width`` and ``height``."""
    music: Json | None = None
    """A link."""
    form: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULTS))

    @property
    def enough(self) -> bool:
        """Whether there is something to be joined."""
        return len(self.videos) > 1 or bool(self.videos and self.music)

    @property
    def seconds(self) -> float:
        """Of the result."""
        crossing = 0.0 if self.form["transition"] in ("none", "cut") else float(self.form["transition_seconds"])
        together = sum(float(video["seconds"]) for video in self.videos)
        return max(0.0, together - crossing * (len(self.videos) - 1))

    def remember(self) -> Json:
        """What a browser keeps to find it again."""
        if not self.videos and self.music is None:
            return {}
        kept = [{name: video[name] for name in ("file_id", "seconds", "width", "height")} for video in self.videos]
        music = self.music["file_id"] if self.music else ""
        return {"videos": kept, "music": music, "form": dict(self.form), "job": self.job}


def bring(studio: Studio, memory: Any, files: Sequence[tuple[Path, str]], form: Any) -> Merge:
    """Keep more videos, behind those that are there; what is none is told, the others stay."""
    merge = look_at(studio, memory, form)
    for path, name in files:
        try:
            file = studio.upload(path, name)
            info = studio.call("get_video_info", {"video": file["file_id"]})
        except StudioError as error:
            merge = complained(merge, error)
            continue
        size = {"seconds": info["duration"], "width": info["width"], "height": info["height"]}
        merge = replace(merge, videos=(*merge.videos, {**file, **size}), result=None, job="")
    return merge


def bring_music(studio: Studio, memory: Any, file: tuple[Path, str] | None, form: Any) -> Merge:
    """Keep music; None takes it away again."""
    merge = replace(look_at(studio, memory, form), result=None, job="")
    if file is None:
        return replace(merge, music=None)
    try:
        kept = studio.upload(*file)
        studio.call("get_audio_info", {"audio": kept["file_id"]})
    except StudioError as error:
        return complained(merge, error)
    return replace(merge, music=kept)


def arrange(studio: Studio, memory: Any, order: Any, form: Any) -> Merge:
    """The videos in another order, or fewer of them. ``order``: their numbers as they are now."""
    merge = look_at(studio, memory, form)
    numbers = [int(number) for number in order if isinstance(number, int)] if isinstance(order, list) else []
    kept = tuple(merge.videos[number] for number in dict.fromkeys(numbers) if 0 <= number < len(merge.videos))
    return replace(merge, videos=kept, result=None, job="")


def begin(studio: Studio, memory: Any, form: Any) -> Merge:
    """Have them joined."""
    merge = fresh(look_at(studio, memory, form))
    return begun(studio, merge, "merge_videos", arguments(merge))


def arguments(merge: Merge) -> Json:
    """What is there as ``merge_videos`` takes it."""
    form = merge.form
    return {
        "videos": [video["file_id"] for video in merge.videos],
        "background_music": merge.music["file_id"] if merge.music else None,
        "background_music_volume": _number(form["background_music_volume"]),
        "transition": form["transition"],
        "transition_seconds": _number(form["transition_seconds"]),
        "size": None if form["size"] == AUTO else form["size"],
        "fit": form["fit"],
    }


def foresee(studio: Studio, asked: Any) -> Json:
    """What joining would take, see `foreseen_of`; empty while there is nothing to be joined.

    Args:
        asked: ``videos`` and ``music`` (file_ids) and the ``form``.
    """
    given = asked if isinstance(asked, Mapping) else {}
    videos = given.get("videos") if isinstance(given.get("videos"), list) else []
    music = {"file_id": str(given["music"])} if given.get("music") else None
    form = {**DEFAULTS, **_texts(given.get("form"))}
    merge = Merge(tuple({"file_id": str(video)} for video in videos or ()), music, form)
    return foreseen_of(studio, "merge_videos", arguments(merge)) if merge.enough else {}


def stop(studio: Studio, memory: Any) -> Merge:
    """Stop the job that runs; the videos stay."""
    return stopped(studio, look_at(studio, memory))


def look_at(studio: Studio, memory: Any, form: Any = None) -> Merge:
    """How it is with what a browser remembers; what is gone is left out.

    Args:
        form: what the form says now; None where it was not asked.
    """
    ids = dict(memory) if isinstance(memory, Mapping) else {}
    given = {**DEFAULTS, **_texts(ids.get("form")), **_texts(form)}
    videos = [{**video, **link} for video in ids.get("videos", ()) if (link := link_of(studio, video.get("file_id")))]
    merge = Merge(tuple(videos), link_of(studio, ids.get("music")), given)
    return seen(studio, merge, str(ids.get("job", "")))


def _texts(form: Any) -> dict[str, str]:
    given = form if isinstance(form, Mapping) else {}
    return {name: str(given[name]) for name in DEFAULTS if name in given and _is_right(name, str(given[name]))}


def _is_right(name: str, said: str) -> bool:
    try:
        return name not in ("transition_seconds", "background_music_volume") or 0 <= float(said) <= 10
    except ValueError:
        return False


def _number(said: str) -> float:
    return float(said)
