"""What serves one tenant, over the machine that all share. Each is made when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from pydantic import BaseModel

from backend.machine import Machine
from backend.media.ffmpeg import Ffmpeg
from backend.services.again import Again
from backend.services.alignments import Alignments
from backend.services.backgrounds import Backgrounds
from backend.services.caption_edits import CaptionEdits
from backend.services.captioning import Captioning
from backend.services.conversions import Conversions
from backend.services.estimates import Estimates
from backend.services.fonts import Fonts
from backend.services.library import Library
from backend.services.merging import Merging
from backend.services.narrations import Narrations
from backend.services.overlays import Overlays
from backend.services.pictures import Pictures
from backend.services.quotas import Quota
from backend.services.realignment import Realignment
from backend.services.recognisers import Recognisers
from backend.services.rendering import Rendering
from backend.services.renders import Renders
from backend.services.samples import Samples
from backend.services.scratch import Scratch
from backend.services.shares import Shares
from backend.services.sharing import open_shelf, open_takes
from backend.services.styles import Styles
from backend.services.transcriptions import Transcriptions
from backend.services.upkeep.checking import Checking
from backend.services.upkeep.room import Room
from backend.services.uploads import Uploads
from backend.services.video_previews import VideoPreviews
from backend.services.videos import Videos
from backend.services.voice_recordings import VoiceRecordings
from backend.services.voices import Voices
from backend.storage.artifacts import Artifacts
from backend.storage.links import LinkSigner
from backend.storage.tenancy import store_of
from backend.tenants import MAIN
from backend.voices import VoiceLibrary


class Services:
    """The services of one tenant, and what they have in common."""

    def __init__(self, machine: Machine, tenant: str) -> None:
        """Args:
        machine: what is shared with other tenants.
        tenant: whose voices, results and jobs these are.
        """
        settings = self.settings = machine.settings
        self.tenant = tenant
        self._machine = machine
        self.engines, self.jobs = self._machine.engines, self._machine.jobs
        self.artifacts = self._artifacts_of(tenant)
        self._quota = Quota(self.artifacts, 0 if tenant == MAIN else settings.max_kept_bytes_per_key, machine.quota)
        self.uploads = Uploads(self.artifacts, settings.max_upload_bytes)
        shelf = open_shelf(settings, self._machine.store, tenant)
        self.voices = VoiceLibrary(shelf, self.engines.installed, self.engines.suits)
        self._takes = open_takes(settings, self._machine.store, tenant, shelf)
        self._machine.sharing.add(shelf, self._takes, self.artifacts.delete)

    def _artifacts_of(self, tenant: str) -> Artifacts:
        signer = LinkSigner(self.settings.home, self.settings.base_url, tenant, self.settings.shared_secret)
        return Artifacts(store_of(self._machine.store, tenant), signer)

    @property
    def ffmpeg(self) -> Ffmpeg:
        """The ffmpeg that was found."""
        return self._machine.ffmpeg

    @property
    def _scratch(self) -> Scratch:
        return self._machine.scratch

    @cached_property
    def backgrounds(self) -> Backgrounds:
        return Backgrounds(self.artifacts)

    @cached_property
    def narrations(self) -> Narrations:
        return Narrations(
            self.artifacts, self.engines, self.ffmpeg, self._scratch, self._takes, self.voices, self._machine.paces
        )

    @cached_property
    def own_voices(self) -> Voices:
        erase_jobs = partial(self.jobs.erase, tenant=self.tenant)
        return Voices(self.artifacts, self._scratch, self.uploads, self.voices, self._takes, erase_jobs)

    @cached_property
    def voice_recordings(self) -> VoiceRecordings:
        return VoiceRecordings(self.engines, self.ffmpeg, self._scratch, self.uploads, self.voices)

    @cached_property
    def captioning(self) -> Captioning:
        return Captioning(self.artifacts, self.ffmpeg, self.backgrounds, self._scratch, self.styles)

    @cached_property
    def styles(self) -> Styles:
        return Styles(self.artifacts, self._scratch, self.fonts)

    @cached_property
    def fonts(self) -> Fonts:
        return Fonts(self.artifacts, self._scratch, self.settings.home / "fonts")

    @cached_property
    def _caption_edits(self) -> CaptionEdits:
        return CaptionEdits(self.captioning, self.narrations, self.artifacts, self.ffmpeg, self._scratch)

    @cached_property
    def videos(self) -> Videos:
        return Videos(
            self.artifacts,
            self.ffmpeg,
            self.engines,
            self.narrations,
            self.captioning,
            self.styles,
            self.backgrounds,
            self._scratch,
            self._rendering,
        )

    @cached_property
    def _rendering(self) -> Rendering:
        renders = Renders(self.artifacts, self.settings.renders_of(self.tenant))
        return Rendering(self.ffmpeg, renders, self._machine.encoders, self._machine.paces)

    @cached_property
    def _video_previews(self) -> VideoPreviews:
        return VideoPreviews(
            self.artifacts,
            self.ffmpeg,
            self.narrations,
            self.captioning,
            self.videos,
            self._estimates,
            self._scratch,
        )

    @cached_property
    def _merging(self) -> Merging:
        return Merging(self.artifacts, self.ffmpeg, self._scratch, self._machine.paces)

    @cached_property
    def _overlays(self) -> Overlays:
        return Overlays(self.artifacts, self.ffmpeg, self._scratch, self._machine.paces)

    @cached_property
    def _conversions(self) -> Conversions:
        return Conversions(self.artifacts, self.engines, self.voices, self.ffmpeg, self._scratch, self._machine.paces)

    @cached_property
    def _alignments(self) -> Alignments:
        return Alignments(
            self.artifacts, self.engines, self.narrations, self.ffmpeg, self._scratch, self._machine.paces
        )

    @cached_property
    def _realignment(self) -> Realignment:
        return Realignment(
            self.captioning, self.narrations, self._alignments, self.artifacts, self.ffmpeg, self._scratch
        )

    @cached_property
    def _transcriptions(self) -> Transcriptions:
        return Transcriptions(self.artifacts, self.recognisers, self.ffmpeg, self._scratch, self._machine.paces)

    @cached_property
    def _pictures(self) -> Pictures:
        return Pictures(self.uploads, self.ffmpeg, self._scratch, self.styles)

    @cached_property
    def recognisers(self) -> Recognisers:
        may_pay = self.tenant == MAIN or self.settings.google.for_all_keys
        return Recognisers(self.engines, self._machine.google, may_pay)

    @cached_property
    def _library(self) -> Library:
        return Library(self.artifacts, self.narrations, self.videos, self._alignments, self._transcriptions)

    @cached_property
    def _again(self) -> Again:
        return Again(
            self.artifacts,
            self._scratch,
            self.narrations,
            self.captioning,
            self.videos,
            self._transcriptions,
            self._alignments,
            self._conversions,
            self._merging,
            self._overlays,
        )

    @cached_property
    def _estimates(self) -> Estimates:
        return Estimates(
            self._machine.paces,
            self.artifacts,
            self.engines,
            self.recognisers,
            self.narrations,
            self.videos,
            self.styles,
            self._again,
            self._pictures,
            self._merging,
            self._overlays,
            self.settings.home,
        )

    @cached_property
    def shares(self) -> Shares:
        return Shares(self.artifacts, self._artifacts_of(MAIN), self.settings, self.tenant)

    @cached_property
    def _room(self) -> Room:
        return Room(self.artifacts, self._takes, self.shares, self.jobs, self.settings, self.tenant)

    @cached_property
    def _checking(self) -> Checking:
        settings = self.settings
        return Checking(
            self.artifacts,
            self._takes,
            self.voices.shelf,
            self.shares,
            self._scratch,
            {"nar": self.narrations.texts, "cap": self.captioning.texts},
            (settings.store_folder, settings.outbox_folder) if self.tenant == MAIN else (),
            # The check is a job itself.
            lambda: len(self.jobs.in_hand(self.tenant)) > 1,
        )

    @cached_property
    def _samples(self) -> Samples:
        return Samples(self.artifacts, self.narrations, self.ffmpeg, self._scratch, self.voices, self.styles)


def as_json(value: Any) -> Any:
    """A result as JSON values."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(item) for item in value]
    return value
