"""Pages that play a file for whoever has the link, until they end or are taken back.

A share is a record in the store: which file, whose, until when. The link's secret is the share's id. Whatever a visitor
sees is looked up at each visit, so a share ends at once with what it shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from backend import captions as drawing
from backend.errors import InvalidRequest, ManifestDamaged, NotFound
from backend.ids import StoredFile, is_id, new_id
from backend.models import CaptionLayout, Word
from backend.requests import Share
from backend.services.results import title_of
from backend.settings import Settings
from backend.storage.artifacts import Artifacts, Served
from backend.storage.base import MANIFEST
from backend.storage.links import iso_utc
from backend.storage.names import media_type
from backend.tenants import MAIN

Kind = Literal["video", "audio", "image"]
DAY_SECONDS = 24 * 3600
_CAPTION_STYLE, _CAPTION_FRAME = "clean_two_line", (1920, 1080)
"""How the words of a narration are cut into lines for a player."""


@dataclass(frozen=True)
class Shared:
    """What a visitor sees."""

    kind: Kind
    file: StoredFile
    title: str
    """As its maker wrote it; still to be escaped."""
    ends_at: float
    """Unix seconds."""
    bytes: int
    """Of the file."""
    language: str = ""
    """BCP 47, of the captions; empty where it is not known."""
    duration: float | None = None
    """Seconds."""
    size: tuple[int, int] | None = None
    """Pixels of a video."""
    captions: StoredFile | None = None
    """A VTT file, or the manifest of a narration, whose words become one."""
    picture: StoredFile | None = None
    """A JPEG for previews."""


class Shares:
    """Opens, finds and ends shared pages."""

    def __init__(
        self,
        artifacts: Artifacts,
        register: Artifacts,
        settings: Settings,
        tenant: str = MAIN,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Args:
        artifacts: where the things that are shared are.
        register: where the shares of all tenants are written down: a visitor comes with an id and nothing else.
        settings: where visitors reach the studio.
        tenant: whose things are shared.
        clock: Unix seconds.
        """
        self._artifacts = artifacts
        self._register = register
        self._settings = settings
        self._tenant = tenant
        self._clock = clock

    # ------------------------------------------------------------ what the maker does

    def share(self, request: Share) -> dict[str, str]:
        """Open a page.

        Raises:
            NotFound: no such file.
            InvalidRequest: ``not_shareable``, or ``share_needs_address``.
        """
        self._refuse_unreachable()
        stored = self._artifacts.resolve(request.file_id)
        if _kind(stored) is None or stored.owner.startswith("voice_"):
            raise InvalidRequest(
                "Only audio, videos and pictures can be shared.",
                hint="Share the file of a narration, a video or an upload; send others with download_file's link.",
                code="not_shareable",
            )
        share_id = new_id("share")
        ends_at = self._clock() + request.days * DAY_SECONDS
        self._register.publish(share_id, 1, {}, {"file_id": stored.file_id, "ends_at": ends_at, "tenant": self._tenant})
        return {"share_id": share_id, "url": self._url(share_id)}

    def unshare(self, share_id: str) -> dict[str, bool]:
        """End a page; false where there is none of this id."""
        return {"revoked": self.tenant_of(share_id) == self._tenant and bool(self._register.delete(share_id))}

    def of(self, file_id: str) -> dict[str, Any]:
        """The open page of a file that ends last; empty where there is none."""
        records = [(self._record(share_id), share_id) for share_id in self._register.list("share")]
        open_ones = [(record["ends_at"], share_id) for record, share_id in records if record.get("file_id") == file_id]
        if not open_ones:
            return {}
        ends_at, share_id = max(open_ones)
        return {"share_id": share_id, "url": self._url(share_id), "ends_at": iso_utc(int(ends_at))}

    def files(self) -> dict[str, str]:
        """What this tenant's open pages show: the file_id by the share's id."""
        records = {share_id: self._record(share_id) for share_id in self._register.list("share")}
        return {share_id: str(record["file_id"]) for share_id, record in records.items() if record}

    def sweep(self) -> None:
        """Delete the records of pages that have ended, whosever they were."""
        for share_id in self._register.list("share"):
            if self.tenant_of(share_id) is None:
                self._register.delete(share_id)

    def _refuse_unreachable(self) -> None:
        if self._settings.endpoint_id and not self._settings.public_url:
            raise InvalidRequest(
                "A serverless worker has no address at which a page could be opened.",
                hint="Set STUDIO_PUBLIC_URL to a pod or Space that runs the studio over the same store.",
                code="share_needs_address",
            )

    def _url(self, share_id: str) -> str:
        return f"{self._settings.base_url}/share/{share_id}"

    # ------------------------------------------------------------ what a visitor gets

    def tenant_of(self, share_id: str) -> str | None:
        """Who opened this page; None where it has ended, was taken back, or never was."""
        record = self._any_record(share_id)
        return str(record["tenant"]) if record else None

    def find(self, share_id: str) -> Shared | None:
        """What the page shows; None where it has ended, was taken back, or never was, which are one to a visitor."""
        record = self._record(share_id)
        if not record:
            return None
        try:
            return self._look(self._artifacts.resolve(record["file_id"]), record["ends_at"])
        except (NotFound, ManifestDamaged):
            return None

    def served(self, stored: StoredFile) -> Served:
        """How to send what the page plays."""
        return self._artifacts.served(stored)

    def read(self, stored: StoredFile) -> bytes:
        """All of a picture.

        Raises:
            NotFound: deleted meanwhile.
        """
        return self._artifacts.read(stored)

    def captions(self, shared: Shared) -> str:
        """WebVTT, in lines as people read them; empty of cues where there are none."""
        if shared.captions is None:
            return "WEBVTT\n"
        if shared.captions.name != MANIFEST:
            return self._artifacts.read(shared.captions).decode()
        manifest = self._artifacts.manifest(shared.captions.owner, shared.captions.version)
        words = tuple(Word(**word) for word in manifest["words"])
        style, layout = drawing.find_style(_CAPTION_STYLE), CaptionLayout()
        cues = drawing.make_cues(words, style, _CAPTION_FRAME, layout)
        return drawing.caption_files(cues, style, _CAPTION_FRAME, layout)["vtt"]

    def _record(self, share_id: str) -> dict[str, Any]:
        """The record of an open page of this tenant's; empty for any other id."""
        record = self._any_record(share_id)
        return record if record.get("tenant") == self._tenant else {}

    def _any_record(self, share_id: str) -> dict[str, Any]:
        if not is_id(share_id, "share"):
            return {}
        try:
            record = self._register.manifest(share_id)
        except (NotFound, ManifestDamaged):
            return {}
        return record if record["ends_at"] > self._clock() else {}

    def _look(self, stored: StoredFile, ends_at: float) -> Shared | None:
        kind = _kind(stored)
        if kind is None:
            return None
        manifest = self._artifacts.manifest(stored.owner, stored.version)
        facts: dict[str, Any] = {}
        if stored.owner.startswith("vid_"):
            facts = self._video(stored, manifest)
        elif stored.owner.startswith("nar_"):
            facts = _narration(stored, manifest)
        title = str(facts.pop("title", manifest.get("name") or kind.capitalize()))
        return Shared(kind, stored, title, ends_at, self._artifacts.size(stored), **facts)

    def _video(self, stored: StoredFile, manifest: dict[str, Any]) -> dict[str, Any]:
        entry = next((one for one in manifest["videos"] if one["file"] == stored.name), None)
        if entry is None:
            return {"title": manifest["title"]}
        width, _, height = entry["size"].partition("x")
        return {
            "title": manifest["title"],
            "duration": entry["duration"],
            "size": (int(width), int(height)),
            "captions": StoredFile(entry["captions_id"], 1, "captions.vtt"),
            "picture": StoredFile(stored.owner, stored.version, entry["thumbnail"]),
        }


def _narration(stored: StoredFile, manifest: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": title_of(manifest["sentences"]),
        "duration": manifest["duration"],
        "language": manifest["language"],
        "captions": StoredFile(stored.owner, stored.version, MANIFEST),
    }


def _kind(stored: StoredFile) -> Kind | None:
    """What a browser shows it as; None for what it does not play."""
    kinds: dict[str, Kind] = {"video": "video", "audio": "audio", "image": "image"}
    return kinds.get(media_type(stored.name).partition("/")[0])
