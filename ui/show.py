"""What is on the stage: a narration, its captions for each frame size, and the videos made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ui.choices import PORTRAIT
from ui.studio import Json


@dataclass(frozen=True)
class Take:
    """One of the two."""

    sentence: Json
    """As its version of the narration has it."""
    sound: str
    """Address of exactly this stretch of that version's audio."""
    engine: str
    """Its engine's title; empty while nobody may know."""


@dataclass(frozen=True)
class Comparison:
    """Two takes to choose from."""

    index: int
    """Of the sentence."""
    takes: tuple[Take, Take]
    """As A and B."""
    old: str
    """The letter of the one that was there before."""
    blind: bool = False
    """Whether the names of the engines are told only afterwards."""
    kept: str = ""
    """The letter that was chosen."""
    same: bool = False
    """Whether both sound exactly alike."""


@dataclass(frozen=True)
class Show:
    """Frozen; each change makes the next one."""

    narration: Json | None = None
    captions: Mapping[str, Json] = field(default_factory=dict)
    """By frame size."""
    videos: Mapping[str, Json] = field(default_factory=dict)
    """By frame size; empty when nothing is rendered, or when something has changed since."""
    size: str = PORTRAIT
    """The frame that is looked at."""
    video_id: str = ""
    bars: tuple[float, ...] = ()
    """Heights of the waveform, 0 to 1; empty when the sound is not at hand."""
    replaced: str = ""
    """Captions that stood here before others took their place, as ``<captions_id>:<version>``."""
    rivals: Mapping[str, Mapping[str, str]] | None = None
    """For each voice that people made here, the engines that speak it and their titles; None before it is asked."""
    compare: Comparison | None = None
    """Two takes of a sentence between which somebody chooses."""
    recording: Json | None = None
    """Instead of a narration: a recording that somebody brought, as ``transcribe`` or ``align_script`` give it, and the
    link to it as ``audio``."""

    sound_alone: Json | None = None
    """The finished sound of the videos as a file of its own, where that was asked for."""

    @property
    def voice(self) -> Json | None:
        """The narration or recording: ``audio``, ``duration``, ``words``, ``timings``."""
        return self.narration or self.recording

    @property
    def source(self) -> Json | None:
        """What a video of it is made of: the voice that is there, and its captions as they are."""
        if self.voice is None:
            return None
        heard = {"narration_id": self.narration["narration_id"]} if self.narration else {"audio": self.voice["media"]}
        sizes = sorted(self.captions, key=lambda size: size != self.size)
        ids = [self.captions[size]["captions_id"] for size in sizes]
        return {**heard, "captions_id": ids} if ids else heard

    @property
    def empty(self) -> bool:
        """Whether there is nothing to play."""
        return self.voice is None and not self.videos

    @property
    def words(self) -> list[Json]:
        """The words that are spoken, in order."""
        return list(self.voice["words"]) if self.voice else []

    @property
    def sound(self) -> str:
        """file_id of what is heard; empty when there is nothing."""
        if self.voice:
            return str(self.voice["audio"]["file_id"])
        return next((str(video["file"]["file_id"]) for video in self.videos.values()), "")

    @property
    def duration(self) -> float:
        """Seconds."""
        if self.voice:
            return float(self.voice["duration"])
        return max((float(video["duration"]) for video in self.videos.values()), default=0.0)

    def remember(self) -> Json:
        """What a browser keeps to find it all again."""
        if self.video_id and self.videos:
            item = {"kind": "video", "id": self.video_id}
        elif self.narration:
            item = {"kind": "narration", "id": self.narration["narration_id"]}
        elif self.recording:
            item = {"kind": "recording", "id": recording_id(self.recording)}
        else:
            item = {}
        captions = {size: captions["captions_id"] for size, captions in self.captions.items()}
        return {"item": item, "captions": captions, "size": self.size}


def show_narration(result: Json, before: Show | None = None) -> Show:
    """A narration alone. A new version of the one that was there keeps the frame that is looked at."""
    return Show(narration=result, size=before.size if before else PORTRAIT)


def recording_id(recording: Json) -> str:
    """What it is kept under: the id of the script on it, or of what was written down."""
    return str(recording.get("alignment_id") or recording.get("transcript_id") or "")


def recording_of(video: Json, audio: Json) -> Json:
    """The recording that a video is of, with the words of its captions. ``audio``: the link to it."""
    first = video["captions"][0]
    words = [word for cue in first["cues"] for word in cue["words"]]
    duration = video["videos"][0]["duration"]
    return {"media": video["media"], "audio": audio, "words": words, "duration": duration, "timings": first["files"]}


def show_recording(result: Json, audio: Json, before: Show | None = None) -> Show:
    """A recording alone. ``audio``: the link to it."""
    return Show(recording={**result, "audio": audio}, size=before.size if before else PORTRAIT)


def show_video(result: Json, before: Show | None = None) -> Show:
    """Everything that ``generate_captioned_video`` made."""
    videos = {video["size"]: video for video in result["videos"]}
    captions = {captions["size"]: captions for captions in result["captions"]}
    size = before.size if before and before.size in videos else next(iter(videos), PORTRAIT)
    recording = before.recording if before and before.recording else None
    if recording is not None and recording["media"] != result.get("media"):
        recording = None
    alone = result.get("audio")
    return Show(result["narration"], captions, videos, size, result["video_id"], recording=recording, sound_alone=alone)


def with_captions(show: Show, captions: Json) -> Show:
    """The same with other captions; videos that were rendered with the old ones step aside."""
    before = show.captions.get(captions["size"])
    others = before is not None and before["captions_id"] != captions["captions_id"]
    replaced = f"{before['captions_id']}:{before['version']}" if before and others else show.replaced
    return replace(
        show, captions={**show.captions, captions["size"]: captions}, videos={}, sound_alone=None, replaced=replaced
    )
