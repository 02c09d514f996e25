"""Narrations: made, changed by the sentence, looked up, deleted."""

from __future__ import annotations

import builtins
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from backend import captions as drawing
from backend.engines import ENGINES, Engines, check_options
from backend.errors import ManifestDamaged, NotFound, StorageError
from backend.ids import StoredFile, content_id, derived_id, is_id
from backend.jobs import JobContext
from backend.media.ffmpeg import Ffmpeg
from backend.models import Narration, Word
from backend.requests import GenerateSpeech, RegenerateSentence
from backend.script import Script
from backend.services.manifests import NarrationManifest
from backend.services.paces import Paces
from backend.services.results import timings, write_texts
from backend.services.scratch import Scratch
from backend.services.speech_plans import SpeechPlans
from backend.speech import (
    Narrated,
    NarrationPlan,
    NarrationSettings,
    Narrator,
    PlannedSentence,
    TakeStore,
)
from backend.storage.artifacts import Artifacts
from backend.voices import VoiceLibrary
from backend.work import Report, Work

_TEXTS = "words"
"""Start of the names of its timing files."""


def characters(planned: PlannedSentence) -> int:
    """What speaking is measured in."""
    return len(planned.sentence.spoken)


def speaking(verify: bool) -> str:
    """The kind of work that speaking is; hearing each sentence takes longer."""
    return "speak_and_hear" if verify else "speak"


class Narrations:
    """Speaks scripts and keeps what was spoken."""

    def __init__(
        self,
        artifacts: Artifacts,
        engines: Engines,
        ffmpeg: Ffmpeg,
        scratch: Scratch,
        takes: TakeStore,
        voices: VoiceLibrary,
        paces: Paces,
    ) -> None:
        self.plans = SpeechPlans(engines, voices)
        """What may be spoken, and by whom."""
        self._artifacts = artifacts
        self._engines = engines
        self._scratch = scratch
        self._paces = paces
        self._narrator = Narrator(engines, takes, ffmpeg, voices)

    # ------------------------------------------------------------ checks, before anything is queued

    def engine_of_sentence(self, request: RegenerateSentence) -> str:
        """The engine that would speak the changed sentence."""
        return self.changed(request).sentences[request.index].engine

    def check_sentence(self, request: RegenerateSentence) -> None:
        """Refuse a sentence that is not there, new text that cannot be spoken, or options its engine does not have."""
        engine = self.engine_of_sentence(request)
        check_options(engine, ENGINES[engine].parameters, request.options)

    def changed(self, request: RegenerateSentence, version: int | None = None) -> NarrationPlan:
        """The plan of this version (the newest, if not given) with the sentence changed."""
        manifest = self._manifest(request.narration_id, version)
        plan = NarrationPlan.from_dict(manifest["plan"])
        if request.from_version is None:
            return self.plans.changed(plan, request, manifest["request"])

        def earlier() -> NarrationPlan:
            return NarrationPlan.from_dict(self._manifest(request.narration_id, request.from_version)["plan"])

        return self.plans.as_before(plan, request, earlier)

    # ------------------------------------------------------------ making

    def generate(self, request: GenerateSpeech, context: JobContext, work: Work) -> dict[str, Any]:
        """Speak a script; returns the narration's id and version."""
        owner = derived_id("nar", context.job_id)
        made: dict[str, Any] = context.steps("speak", lambda: self.speak(request, owner, work))
        return made

    def speak(self, request: GenerateSpeech, owner: str, work: Work) -> dict[str, Any]:
        """Speak a script as the narration ``owner``; returns its id and version."""
        with self._scratch.folder() as folder:
            narrated = self._narrated(self.plans.plan(request), folder, self._with_links(work))
            work.cancel.check()
            return self._keep(owner, 1, narrated, request, folder)

    def missing(self, plan: NarrationPlan) -> tuple[PlannedSentence, ...]:
        """The sentences that are still to be spoken."""
        return self._narrator.missing(plan)

    def _narrated(self, plan: NarrationPlan, folder: Path, work: Work) -> Narrated:
        """Follow a plan, and note how fast it went."""
        begun = time.monotonic()
        narrated = self._narrator.follow(plan, folder, work)
        seconds = time.monotonic() - begun
        pairs = list(zip(narrated.plan.sentences, narrated.sentences, strict=True))
        fresh = [planned for planned, spoken in pairs if not spoken.from_cache]
        engines = {planned.engine for planned, _ in pairs}
        if len(engines) == 1:
            by = engines.pop()
            self._paces.note(speaking(plan.verify), by, sum(characters(planned) for planned in fresh), seconds)
            at_speed_one = sum(characters(planned) / planned.sentence.speed for planned, _ in pairs)
            self._paces.note("sound", by, at_speed_one, sum(spoken.end - spoken.start for _, spoken in pairs))
        return narrated

    def regenerate(self, request: RegenerateSentence, context: JobContext) -> dict[str, Any]:
        """Speak one sentence again; returns the narration's id and next version."""
        # Written down first: run again after a crash, it looks from there on for the version that it made itself.
        base = int(context.steps("look", lambda: self._newest(request.narration_id)))

        def speak() -> dict[str, Any]:
            newest = self._newest(request.narration_id)
            for version in range(base + 1, newest + 1):
                if self._manifest(request.narration_id, version).get("made_by") == context.job_id:
                    return {"narration_id": request.narration_id, "version": version}
            while (made := self._changed_from(newest, request, context)) is None:
                newest = self._newest(request.narration_id)  # somebody was faster: build upon theirs
            return made

        made: dict[str, Any] = context.steps("speak", speak)
        return made

    def _changed_from(self, base: int, request: RegenerateSentence, context: JobContext) -> dict[str, Any] | None:
        """Make the version after ``base``; None if there is one by now."""
        manifest = self._manifest(request.narration_id, base)
        with self._scratch.folder() as folder:
            plan = self.changed(request, base)
            narrated = self._narrated(plan, folder, self._with_links(context.work))
            written = [sentence["text"] for sentence in manifest["sentences"]]
            said = [sentence.text for sentence in narrated.sentences]
            script = " ".join(said) if request.text is not None or said != written else None
            first = GenerateSpeech(**{**manifest["request"], **({"script": script} if script else {})})
            context.work.cancel.check()
            if self._newest(request.narration_id) != base:
                return None
            return self._keep(request.narration_id, base + 1, narrated, first, folder, made_by=context.job_id)

    def _newest(self, narration_id: str) -> int:
        """The newest version's number."""
        return int(self._manifest(narration_id)["version"])

    def again(self, manifest: NarrationManifest, context: JobContext, work: Work) -> dict[str, Any]:
        """Speak the same plan once more; returns the new narration's id and version."""
        owner = derived_id("nar", context.job_id)

        def speak() -> dict[str, Any]:
            self.plans.check_again(manifest)
            with self._scratch.folder() as folder:
                narrated = self._narrated(manifest.same_plan(), folder, self._with_links(work))
                work.cancel.check()
                return self._keep(owner, 1, narrated, manifest.request, folder, self.plans.changes(manifest))

        made: dict[str, Any] = context.steps("speak", speak)
        return made

    def recipe(self, narration_id: str, version: int) -> dict[str, Any]:
        """What another result's manifest holds of a narration, to be able to speak it again."""
        manifest = self._manifest(narration_id, version)
        seeds = [{"seed": sentence["seed"]} for sentence in manifest["sentences"]]
        kept = {name: manifest.get(name, {}) for name in ("request", "plan", "engine_revisions", "voices")}
        return {**kept, "sentences": seeds}

    def speak_into(self, request: GenerateSpeech, folder: Path, work: Work) -> Path:
        """Speak a script into ``folder`` without keeping a narration; returns a WAV file."""
        settings = NarrationSettings(
            engine=self.plans.engine_for(request.engine, request.language), loudness=request.loudness
        )
        return self._narrator.narrate(self.plans.script(request), settings, folder, work).wave

    def spoken(self, script: Script, folder: Path, work: Work) -> Narrated:
        """Speak a script into ``folder`` as loud as it comes, without keeping a narration; its takes are kept and found
        again."""
        settings = NarrationSettings(engine=self.plans.engine_for("auto", "auto"), loudness=None)
        return self._narrator.narrate(script, settings, folder, work)

    def _keep(
        self,
        owner: str,
        version: int,
        narrated: Narrated,
        request: GenerateSpeech,
        folder: Path,
        warnings: Sequence[str] = (),
        made_by: str = "",
    ) -> dict[str, Any]:
        files = write_texts(folder, _TEXTS, drawing.timing_files(narrated.words))
        files[narrated.audio.name] = narrated.audio
        files["audio.wav"] = narrated.wave
        engines = sorted({planned.engine for planned in narrated.plan.sentences})
        manifest = {
            "narration_id": owner,
            "version": version,
            "request": request.model_dump(mode="json"),
            "engine": engines[0] if len(engines) == 1 else "mixed",
            "engine_revisions": {engine: self._engines.revision(engine) for engine in engines},
            "language": narrated.plan.sentences[0].sentence.language,
            "duration": narrated.duration,
            "sample_rate": narrated.sample_rate,
            "audio": narrated.audio.name,
            "words": [word.model_dump(mode="json") for word in narrated.words],
            "sentences": [sentence.model_dump(mode="json") for sentence in narrated.sentences],
            "plan": narrated.plan.to_dict(),
            "voices": self.plans.voice_hashes(narrated.plan),
            "warnings": list(warnings),
            **({"made_by": made_by} if made_by else {}),
        }
        self._artifacts.publish(owner, version, files, manifest)
        return {"narration_id": owner, "version": version}

    def texts(self, manifest: Mapping[str, Any]) -> dict[str, str]:
        """The timing files that follow from a narration's manifest, by name."""
        words = tuple(Word(**word) for word in manifest["words"])
        return {f"{_TEXTS}.{suffix}": text for suffix, text in drawing.timing_files(words).items()}

    def _with_links(self, work: Work) -> Work:
        """The same work, with each finished sentence as a link that a player can open."""
        links: dict[str, dict[str, Any] | None] = {}

        def audio(take: str | None) -> dict[str, Any] | None:
            if take is not None and take not in links:
                links[take] = self._link_take(Path(take))
            return links[take] if take is not None else None

        def report(fraction: float, message: str, **details: Any) -> None:
            if "sentences" in details:
                rows = [{**row, "audio": audio(row["take"])} for row in details["sentences"]]
                details["sentences"] = [{key: row[key] for key in row if key != "take"} for row in rows]
            work.report(fraction, message, **details)

        linked: Report = report
        return Work(linked, work.cancel)

    def _link_take(self, take: Path) -> dict[str, Any] | None:
        """A link to a copy of the take; None when its voice, and with it the take, was deleted meanwhile."""
        stored = StoredFile(content_id("made", "take", take.stem), 1, "sentence.wav")
        if not self._artifacts.at_hand(stored.owner):
            # Takes of a voice that somebody made lie in a folder of its name; deleting it finds this copy, too.
            facts = {"kind": "take", "voice": take.parts[-3]}
            try:
                self._artifacts.publish(stored.owner, 1, {stored.name: take}, facts)
            except StorageError:
                if take.exists():
                    raise
            if not take.exists():
                self._artifacts.delete(stored.owner)
                return None
        return self._artifacts.link(stored, stored.name).model_dump(mode="json")

    # ------------------------------------------------------------ looking up

    def _manifest(self, narration_id: str, version: int | None = None) -> dict[str, Any]:
        if not is_id(narration_id, "nar"):
            raise NotFound(
                "There is no such narration.",
                hint="Use a narration_id from list_narrations.",
                code="narration_not_found",
            )
        return self._artifacts.manifest(narration_id, version)

    def get(self, narration_id: str, version: int | None = None) -> Narration:
        """A narration (its newest version) with fresh links.

        Raises:
            NotFound: no such narration.
        """
        manifest = self._manifest(narration_id, version)
        number, title = int(manifest["version"]), "narration"
        suffix = manifest["audio"].rpartition(".")[2]
        return Narration(
            narration_id=narration_id,
            version=number,
            script=manifest["request"]["script"],
            voice=manifest["request"]["voice"],
            engine=manifest["engine"],
            language=manifest["language"],
            duration=manifest["duration"],
            sample_rate=manifest["sample_rate"],
            audio=self._artifacts.link(StoredFile(narration_id, number, manifest["audio"]), f"{title}.{suffix}"),
            timings=timings(self._artifacts, narration_id, number, _TEXTS, title),
            words=manifest["words"],
            sentences=manifest["sentences"],
            warnings=manifest.get("warnings", ()),
        )

    def wave(self, narration_id: str, version: int) -> StoredFile:
        """The narration as WAV, whatever format was asked for."""
        return StoredFile(narration_id, version, "audio.wav")

    def list(self, limit: int) -> list[dict[str, Any]]:
        """The newest narrations, without their words and sentences."""
        found = []
        for owner in self._artifacts.list("nar", limit):
            with suppress(NotFound, ManifestDamaged):  # deleted since it was listed, or for `check_library` to tell of
                found.append(self.get(owner).model_dump(mode="json"))
        return [{key: each[key] for key in each if key not in ("words", "sentences")} for each in found]

    def delete(self, narration_id: str) -> builtins.list[str]:
        """Delete all versions; returns the keys that are gone.

        Raises:
            NotFound: no such narration.
        """
        with suppress(ManifestDamaged):
            self._manifest(narration_id)
        return self._artifacts.delete(narration_id)
