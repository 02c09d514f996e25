"""What happens between a button and the stage: jobs are started, watched, and their results shown. Without Gradio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from backend.errors import StudioError
from ui.choices import SHAPES, Choices
from ui.html import address
from ui.show import Show, recording_of, show_narration, show_recording, show_video, with_captions
from ui.studio import Json, Studio
from ui.views.progress import RUNNING
from ui.waveform import bars_of_file


def submit(studio: Studio, operation: str, arguments: Json) -> str:
    """Start an operation as a job; returns its id.

    Raises:
        StudioError: refused before anything was queued.
    """
    return str(studio.call("submit_job", {"operation": operation, "arguments": arguments})["job_id"])


@dataclass(frozen=True)
class Glance:
    """One look at a job."""

    status: Json | None
    """None when there is no job to look at."""
    jobs: tuple[Json, ...] = ()
    result: Json | None = None
    """The operation's result, once the job is done."""
    error: StudioError | None = None
    """The job could not be looked at."""

    @property
    def running(self) -> bool:
        """Whether it is worth looking again."""
        return self.status is not None and self.status["state"] in RUNNING


def look(studio: Studio, job_id: str) -> Glance:
    """How a job is, and its result if it is done."""
    if not job_id:
        return Glance(None)
    try:
        status = studio.call("job_status", {"job_id": job_id})
        jobs = tuple(studio.call("list_jobs", {"state": "any", "limit": 50})["jobs"])
        result = studio.call("job_result", {"job_id": job_id}) if status["state"] == "done" else None
    except StudioError as error:
        return Glance(None, error=error)
    return Glance(status, jobs, result)


def present(studio: Studio, result: Json, before: Show | None, choices: Choices) -> Show:
    """The stage for a result: a video or captions as they are; a narration or a recording with captions in the chosen
    style."""
    if "cues" in result:
        return _with_realigned(before or Show(), result)
    if "video_id" in result:
        return with_bars(studio, _with_recording(studio, show_video(result, before), result))
    return caption(studio, _heard(studio, result, before), choices)


def _with_realigned(show: Show, captions: Json) -> Show:
    """The same with captions in their next version, where they are still the ones that stand there."""
    standing = show.captions.get(captions["size"])
    if standing is None or standing["captions_id"] != captions["captions_id"]:
        return show
    return replace(with_captions(show, captions), captions={captions["size"]: captions})


def _with_recording(studio: Studio, show: Show, result: Json) -> Show:
    """The same with the recording it is of, so that it can be rendered anew; without where that is gone."""
    if show.voice or not result.get("media"):
        return show
    try:
        audio = studio.call("download_file", {"file_id": result["media"]})
    except StudioError:
        return show
    return replace(show, recording=recording_of(result, audio))


def _heard(studio: Studio, result: Json, before: Show | None) -> Show:
    """A narration, or a recording whose words are known, without captions."""
    if "narration_id" in result:
        return with_bars(studio, show_narration(result, before))
    return show_recording(result, studio.call("download_file", {"file_id": result["media"]}), before)


def with_bars(studio: Studio, show: Show) -> Show:
    """The same with the shape of a narration's sound. A recording is somebody's file: nothing here opens it."""
    if not show.narration:
        return show
    try:
        sound = studio.local_file(show.narration["audio"]["file_id"])
    except StudioError:
        return show
    return replace(show, bars=bars_of_file(sound))


def caption(studio: Studio, show: Show, choices: Choices) -> Show:
    """The same with captions for the frame that is looked at, where it has none; edited words stay edited."""
    if show.voice is None or show.size in show.captions:
        return show
    edited = next(iter(show.captions.values()), None)
    words = [word for cue in edited["cues"] for word in cue["words"]] if edited else show.voice["words"]
    arguments = {
        "source": show.narration["narration_id"] if show.narration and not edited else words,
        "style": choices.look,
        "size": show.size,
        "layout": choices.layout(),
    }
    captions = studio.call("make_captions", arguments)
    return replace(show, captions={**show.captions, show.size: captions})


def resize(studio: Studio, show: Show, size: str, choices: Choices) -> Show:
    """Look at another frame."""
    if size not in SHAPES:
        return show
    return caption(studio, replace(show, size=size), choices)


def restyle(studio: Studio, show: Show, choices: Choices, anew: bool = False) -> Show:
    """Captions of the frame that is looked at, in another style or layout; others follow when looked at.

    Args:
        anew: also if they are in a style of this name already, which has changed.
    """
    captions = show.captions.get(show.size)
    if captions is None:
        return show
    if not anew and _in_style(captions, choices) and _same_layout(captions.get("layout"), choices.layout()):
        return show
    arguments = {"captions_id": captions["captions_id"], "style": choices.look, "layout": choices.layout()}
    changed = studio.call("update_captions", arguments)
    return replace(with_captions(show, changed), captions={show.size: changed})


def _in_style(captions: Json, choices: Choices) -> bool:
    if isinstance(choices.look, str):
        return bool(captions["style"] == choices.look)
    return bool({**(captions.get("own_style") or {}), "name": ""} == {**choices.look, "name": ""})


def _same_layout(one: Mapping[str, Any] | None, other: Mapping[str, Any]) -> bool:
    given = {name: value for name, value in (one or {}).items() if value is not None}
    return given == dict(other)


def find_again(studio: Studio, current: Mapping[str, Any], choices: Choices) -> Show:
    """What was on the stage when the page was left; an empty stage if it is gone."""
    item, size = current.get("item") or {}, str(current.get("size", ""))
    if not item:
        return Show()
    before = Show(size=size) if size in SHAPES else None
    try:
        result = studio.open_item(str(item.get("kind")), str(item.get("id")))
        if "video_id" in result:
            return present(studio, result, before, choices)
        show = _heard(studio, result, before)
        return caption(studio, _with_kept_captions(studio, show, current.get("captions") or {}), choices)
    except StudioError:
        return Show()


def _with_kept_captions(studio: Studio, show: Show, kept: Mapping[str, str]) -> Show:
    """The same with the captions it had, in their newest version, if they are still there."""
    if show.size not in kept:
        return show
    try:
        found = studio.get_captions(kept[show.size])
    except StudioError:
        return show
    return replace(show, captions={show.size: found})


def still(studio: Studio, captions_id: str, seconds: float, background: str | None) -> Json:
    """The captions at ``seconds`` as they will be burned in: ``{"url"}`` or ``{"error"}``."""
    arguments = {"captions_id": captions_id, "time": seconds, "background": background}
    try:
        return {"url": address(studio.call("preview_captions", arguments))}
    except StudioError as error:
        return {"error": error.to_dict()}
