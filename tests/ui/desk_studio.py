"""A studio for tests of the page: results as the contract has them, kept in memory, nothing spoken or rendered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backend import captions as drawing
from backend.captions.cue_table import difference
from backend.captions.edits import apply_edit, read_edit
from backend.errors import InvalidRequest, NotFound
from backend.jobs.waiting import Waiting
from backend.models import CaptionLayout, Cue, Word, parse_size
from backend.voices.catalogue import find_voices
from backend.work import Report
from ui.studio import Json, Watch

NASTY = '<img src=x onerror="alert(1)">${alert(2)}'
FORMATS = ("srt", "vtt", "csv", "json", "ass")


def link(name: str, media_type: str = "audio/wav") -> Json:
    return {
        "file_id": f"made_1.1.{name}",
        "url": f"http://127.0.0.1:7860/files/{name}?expires=1&signature=ab",
        "expires_at": "2026-11-22T08:00:00Z",
        "bytes": 1200,
        "media_type": media_type,
        "name": name,
    }


def words_of(script: str) -> list[Json]:
    return [
        {"text": word, "start": 0.5 * place, "end": 0.5 * place + 0.4, "confidence": 1.0, "source": "engine"}
        for place, word in enumerate(script.split())
    ]


def narration(script: str = "One two three. Four five six.", version: int = 1) -> Json:
    words = words_of(script)
    sentence = {"index": 0, "text": script, "start": 0.0, "end": 0.5 * len(words), "voice": "af_heart"}
    return {
        "narration_id": "nar_1",
        "version": version,
        "script": script,
        "voice": "af_heart",
        "engine": "kokoro",
        "language": "en-us",
        "duration": 0.5 * len(words),
        "sample_rate": 24000,
        "audio": link("audio.wav"),
        "timings": {name: link(f"times.{name}") for name in FORMATS},
        "words": words,
        "sentences": [sentence],
    }


class DeskStudio:
    """A `ui.studio.Studio`. ``state`` is what every job is in; ``refuse`` is raised by every operation."""

    tenant = ""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.state = "done"
        self.refuse: Exception | None = None
        self.refuse_edits: Exception | None = None
        self.captions: dict[str, Json] = {}
        self.items: list[Json] = []
        self.uploaded: list[str] = []
        self.pages: dict[str, Json] = {}
        """Shared pages by file_id."""
        self.estimate: Json = {"seconds": 12.2, "disk_bytes": 8_000_000, "cost": None, "warnings": []}
        self.uninstalled: list[str] = []
        self.engines: list[Json] = []
        self.usage: Json = {"kinds": [], "other_bytes": 0, "bytes": 0, "most_bytes": 0, "keeps": {}}
        self.results: dict[str, Json] = {}
        """Results of jobs by operation; a job of another operation makes a video."""
        self.job_operation = ""
        """The operation that was submitted last."""
        self.refuse_job = ""
        """An operation that is refused before it is queued."""

    def call(self, operation: str, arguments: Mapping[str, Any], watch: Watch | None = None) -> Any:
        self.calls.append((operation, dict(arguments)))
        if self.refuse:
            raise self.refuse
        answer = getattr(self, f"_{operation}", None)
        if answer is None:
            raise InvalidRequest(f"There is no operation {operation!r}.", code="unknown_operation")
        return answer(**arguments)

    def asked(self, operation: str) -> list[Json]:
        return [arguments for name, arguments in self.calls if name == operation]

    def waiting(self, job_id: str, report: Report) -> Waiting:
        raise AssertionError("the page looks at jobs, it waits for none")

    def upload(self, path: Path, name: str) -> Json:
        self.uploaded.append(name)
        return link(name, "image/jpeg")

    def local_file(self, file_id: str) -> Path:
        raise NotFound("There is no such file.", hint="Upload it again.")

    def voice_preview(self, voice_id: str) -> Json:
        if voice_id != "af_heart":
            raise InvalidRequest("There is no such voice.", hint="Choose another.", code="unknown_voice")
        return link("voice.wav")

    def style_preview(self, style: str | Json) -> Json | str | None:
        return link("style.png", "image/png")

    def library(self, limit: int) -> list[Json]:
        return self.items[:limit]

    def open_item(self, kind: str, item_id: str) -> Json:
        if item_id not in ("nar_1", "vid_1"):
            raise NotFound("There is nothing of this id.", hint="Reload the library.")
        return narration() if kind == "narration" else self.video(["1080x1920"])

    def delete_item(self, kind: str, item_id: str) -> Json:
        self.items = [item for item in self.items if item["id"] != item_id]
        return {"deleted": [item_id]}

    def shared(self, file_id: str) -> Json:
        return self.pages.get(file_id, {})

    def _share(self, file_id: str, days: int) -> Json:
        self.pages[file_id] = {
            "share_id": f"share_{len(self.pages)}",
            "url": f"http://127.0.0.1:7860/share/share_{len(self.pages)}",
            "ends_at": "2026-11-29T08:00:00Z",
        }
        return self.pages[file_id]

    def _unshare(self, share_id: str) -> Json:
        self.pages = {name: page for name, page in self.pages.items() if page["share_id"] != share_id}
        return {"revoked": True}

    def _estimate(self, operation: str, arguments: Json) -> Json:
        return self.estimate

    def uninstall_engine(self, engine: str) -> Json:
        self.uninstalled.append(engine)
        return {"engine": engine}

    def get_captions(self, captions_id: str) -> Json:
        if captions_id not in self.captions:
            raise NotFound("There are no such captions.", hint="Make them again.")
        return self.captions[captions_id]

    def edit_captions(self, captions_id: str, version: int, edit: Mapping[str, Any], media: str = "") -> Json:
        if self.refuse_edits:
            raise self.refuse_edits
        before = tuple(Cue(**cue) for cue in self.get_captions(captions_id)["cues"])
        after = apply_edit(before, read_edit(edit)).cues
        return self._told(captions_id, before, after)

    def restore_captions(self, captions_id: str, source_id: str, version: int) -> Json:
        before = tuple(Cue(**cue) for cue in self.get_captions(captions_id)["cues"])
        return self._told(captions_id, before, before)

    def _told(self, captions_id: str, before: tuple[Cue, ...], after: tuple[Cue, ...]) -> Json:
        first, gone, come = difference(before, after)
        changed = self._update_captions(captions_id, [cue.model_dump(mode="json") for cue in after])
        cues = [cue.model_dump(mode="json") for cue in come]
        return {**changed, "first": first, "gone": gone, "cues": cues, "count": None}

    def video(self, sizes: list[str], style: str = "bold_pop") -> Json:
        videos = [
            {
                "size": size,
                "duration": 3.0,
                "fps": 30.0,
                "file": link(f"{size}.mp4", "video/mp4"),
                "thumbnail": link(f"{size}.jpg", "image/jpeg"),
            }
            for size in sizes
        ]
        captions = [self._make_captions("nar_1", style, size) for size in sizes]
        return {"video_id": "vid_1", "videos": videos, "narration": narration(), "captions": captions}

    def _system_status(self) -> Json:
        return {"engines": self.engines}

    def _storage_usage(self) -> Json:
        return self.usage

    def _free_storage(self, kind: str, older_than_days: int) -> Json:
        return {"kind": kind, "deleted": 2, "bytes": 12_000_000, "in_use": 1}

    def _list_voices(self) -> Json:
        return {"voices": [voice.model_dump(mode="json") for voice in find_voices("any", "any", "")]}

    def _check_voice(self, **arguments: Any) -> Json:
        return self.results["check_voice"]

    def _list_caption_styles(self) -> Json:
        return {"styles": drawing.list_styles()}

    def _list_fonts(self) -> Json:
        return {"fonts": drawing.list_fonts()}

    def _make_captions(
        self, source: str, style: str = "bold_pop", size: str = "1080x1920", layout: Json | None = None
    ) -> Json:
        words = [Word(**word) for word in narration()["words"]]
        cues = drawing.make_cues(words, drawing.STYLES[style], parse_size(size), CaptionLayout(**(layout or {})))
        dumped = [cue.model_dump(mode="json") for cue in cues]
        return self._keep(f"cap_{len(self.captions) + 1}", 1, dumped, style, size, layout)

    def _update_captions(
        self,
        captions_id: str,
        cues: list[Json] | None = None,
        style: str | Json | None = None,
        layout: Json | None = None,
    ) -> Json:
        before = self.captions[captions_id]
        if isinstance(style, dict):
            made = self._update_captions(captions_id, cues, "custom", layout)
            made["own_style"] = style
            return made
        changed = before["cues"] if cues is None else cues
        placed = before["layout"] if layout is None else layout
        return self._keep(captions_id, before["version"] + 1, changed, style or before["style"], before["size"], placed)

    def _keep(
        self, captions_id: str, version: int, cues: list[Json], style: str, size: str, layout: Json | None
    ) -> Json:
        self.captions[captions_id] = {
            "captions_id": captions_id,
            "version": version,
            "cues": cues,
            "style": style,
            "size": size,
            "layout": layout or {},
            "files": {name: link(f"captions.{name}") for name in FORMATS},
            "warnings": [],
        }
        return self.captions[captions_id]

    def _preview_captions(self, captions_id: str, time: float, background: str | None) -> Json:
        return link("preview.png", "image/png")

    def _preview_video(self, time: float, size: str, seconds: float = 0.0, **_: Any) -> Json:
        picture = None if seconds else link(f"frame-{size}.jpg", "image/jpeg")
        clip = link(f"clip-{size}.mp4", "video/mp4") if seconds else None
        return {
            "picture": picture,
            "clip": clip,
            "size": size,
            "time": time,
            "duration": 3.0,
            "guessed": True,
            "warnings": [],
        }

    def _make_thumbnail(self, video: str, text: str, timestamp: float, style: str | Json, layout: Json) -> Json:
        return link("thumbnail.jpg", "image/jpeg")

    def _submit_job(self, operation: str, arguments: Json) -> Json:
        if not arguments.get("script", "x").strip():
            raise InvalidRequest("The script is empty.", hint="Write a sentence.", code="script_empty")
        if operation == self.refuse_job:
            raise InvalidRequest("This cannot be done.", hint="Change it.", code="refused")
        self.job_operation = operation
        return {"job_id": "job_1"}

    def _job_status(self, job_id: str) -> Json:
        if job_id != "job_1":
            raise NotFound("There is no such job.", hint="Start it again.", code="job_not_found")
        sentences = [
            {"index": 0, "text": NASTY, "state": "done", "seconds": 1.2, "audio": link("take.wav")},
            {"index": 1, "text": "Two.", "state": "speaking", "seconds": None, "audio": None},
            {"index": 2, "text": "Three.", "state": "queued", "seconds": None, "audio": None},
        ]
        failed = {"code": "engine_died", "message": "It ended.", "hint": "Try again."}
        return {
            "job_id": job_id,
            "operation": "generate_speech",
            "state": self.state,
            "progress": 0.5,
            "message": "Speaking",
            "seconds_left": 4.0,
            "queue_position": 2,
            "details": {"sentences": sentences},
            "error": failed if self.state == "failed" else None,
        }

    def _job_result(self, job_id: str) -> Json:
        if self.job_operation in self.results:
            return self.results[self.job_operation]
        return self.video(["1080x1920", "1080x1080"])

    def _list_jobs(self, state: str, limit: int) -> Json:
        return {"jobs": [self._job_status("job_1")]}

    def _cancel_job(self, job_id: str) -> Json:
        self.state = "cancelled"
        return {"job_id": job_id, "state": "cancelled"}

    def _download_file(self, file_id: str) -> Json:
        if "gone" in file_id:
            raise NotFound("There is no such file.", hint="Upload it again.")
        return {**link("kept.jpg", "image/jpeg"), "file_id": file_id}
