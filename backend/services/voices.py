"""Voices that people made: found, changed, blended, carried elsewhere, deleted with every copy."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

from backend.engines import ENGINES
from backend.errors import InvalidRequest, NotFound, StoreUnavailable
from backend.ids import StoredFile, content_id
from backend.jobs import JobContext
from backend.media.audio import read_wave
from backend.models import FileLink, Voice
from backend.requests import BlendVoices, UpdateVoice
from backend.services.scratch import Scratch
from backend.services.uploads import Uploads
from backend.services.voice_copies import VoiceCopies
from backend.speech import TakeStore
from backend.storage.artifacts import Artifacts
from backend.storage.links import iso_utc
from backend.voices import VoiceLibrary
from backend.voices.bundles import Bundle, read_bundle, write_bundle
from backend.voices.languages import check_language
from backend.voices.outlines import outline
from backend.voices.recipes import canonical, parse_recipe
from backend.voices.recording import RATE
from backend.voices.records import CLIP, Record, blend_id, cloned_id
from backend.voices.transcript_files import transcript_text
from backend.voices.transcripts import check_transcript, tidy_transcript
from backend.voices.wording import check_consent, check_name, check_tags, is_moment


class Voices:
    """The operations on voices of people's own."""

    def __init__(
        self,
        artifacts: Artifacts,
        scratch: Scratch,
        uploads: Uploads,
        library: VoiceLibrary,
        takes: TakeStore,
        erase_jobs: Callable[..., int],
    ) -> None:
        self._artifacts = artifacts
        self._scratch = scratch
        self._uploads = uploads
        self._library = library
        self._erase_jobs = erase_jobs
        self._copies = VoiceCopies(artifacts, takes)

    # ------------------------------------------------------------ looking up

    def find(self, engine: str, language: str, query: str) -> tuple[Voice, ...]:
        """The voices that match, with fresh links to their references."""
        voices = self._library.find(engine, language, query)
        copied = self._copied() if any(voice.kind == "cloned" for voice in voices) else ()
        found = []
        for voice in voices:
            with contextlib.suppress(NotFound):  # deleted while they were listed
                found.append(self._linked(voice, copied))
        return tuple(found)

    def _copied(self) -> Container[str]:
        """Voices whose clip the store has; looked up once, not for each of hundreds of voices."""
        try:
            return set(self._artifacts.list("voice"))
        except StoreUnavailable:  # voices are on this machine and are listed whatever the store does
            return ()

    def get(self, voice_id: str) -> Voice:
        """A voice, with a fresh link to its reference.

        Raises:
            InvalidRequest, NotFound: there is none.
        """
        return self._linked(self._library.get(voice_id))

    def _linked(self, voice: Voice, copied: Container[str] = ()) -> Voice:
        if voice.kind != "cloned":
            return voice
        return voice.model_copy(update={"reference": self._link(voice.voice_id, voice.name, copied)})

    def _link(self, voice_id: str, name: str, copied: Container[str]) -> FileLink:
        """Links are made by the store, so the clip has a copy there; ``copied``: voices that surely have one."""
        stored = StoredFile(voice_id, 1, CLIP)
        if voice_id not in copied and not self._artifacts.at_hand(voice_id):
            self._artifacts.publish(voice_id, 1, {CLIP: self._library.shelf.clip(voice_id)}, {"kind": "voice"})
            if not self._library.shelf.exists(voice_id):  # deleted while it was copied
                self._artifacts.delete(voice_id)
        return self._artifacts.link(stored, f"{name}.wav")

    # ------------------------------------------------------------ blends

    def check_blend(self, request: BlendVoices) -> None:
        """Refuse a recipe that cannot be mixed, or a name.

        Raises:
            InvalidRequest: ``invalid_recipe``, ``unknown_voice``, ``invalid_name``.
        """
        check_name(request.name)
        if len(parse_recipe(request.recipe)) < 2:
            raise InvalidRequest(
                "A blend has two voices at least.", hint="Write e.g. af_heart(2)+am_puck(1).", code="invalid_recipe"
            )

    def blend(self, request: BlendVoices, context: JobContext) -> dict[str, Any]:
        """Save a blend; returns its id.

        Raises:
            InvalidRequest: ``voice_exists``.
        """
        recipe = canonical(parse_recipe(request.recipe))
        voice_id = blend_id(recipe)
        if not self._library.is_made_by(voice_id, context.job_id):
            self._library.add(self._blended(voice_id, recipe, check_name(request.name), context.job_id), None)
        return {"voice_id": voice_id}

    def _blended(self, voice_id: str, recipe: str, name: str, job_id: str) -> Record:
        voice = self._library.get(recipe)
        consent = check_consent(
            "licensed",
            ENGINES[voice.engine].title,
            f"Mixed from built-in voices whose licence ({ENGINES[voice.engine].licence}) allows it.",
            _recipe_hash(recipe),
        )
        return Record(
            voice_id=voice_id,
            kind="blend",
            name=name,
            language=voice.language,
            gender=voice.gender,
            recipe=recipe,
            consent=consent,
            created_at=iso_utc(time.time()),
            made_by=job_id,
        )

    # ------------------------------------------------------------ changing

    def update(self, request: UpdateVoice) -> Voice:
        """Change what is written about a voice.

        Raises:
            NotFound: ``voice_not_found``.
            InvalidRequest: a field is wrong; nothing is changed then.
        """

        def change(old: Record) -> dict[str, Any]:
            given = request.model_dump(exclude={"voice_id"}, exclude_none=True)
            if old.kind == "blend" and (wrong := sorted(given.keys() & {"transcript", "language"})):
                raise InvalidRequest(
                    f"A blend has no {wrong[0]} of its own.",
                    hint="Change its name or tags.",
                    code=f"invalid_{wrong[0]}",
                )
            return {**old.model_dump(include=set(given)), **self._changed(old, request)}

        return self._linked(self._library.voice(self._library.shelf.change(request.voice_id, change)))

    def _changed(self, old: Record, request: UpdateVoice) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        if request.name is not None:
            changed["name"] = check_name(request.name)
        if request.tags is not None:
            changed["tags"] = check_tags(request.tags)
        language = old.language
        if request.language is not None:
            language = changed["language"] = check_language(request.language)
        if request.transcript is not None:
            compare = old.heard and language == old.language  # what was heard in a wrong language proves nothing
            tidied = tidy_transcript(request.transcript)
            changed["transcript"] = check_transcript(tidied, old.heard, language) if compare or not tidied else tidied
        return changed

    # ------------------------------------------------------------ deleting

    def delete(self, voice_id: str) -> dict[str, Any]:
        """Delete a voice, every copy of it, and the job records that hold its transcript or consent; says what is gone
        and which narrations still speak with it.

        Raises:
            NotFound: ``voice_not_found``.
        """
        record = self._library.shelf.read(voice_id)
        records = self._job_records(record)
        names = self._library.shelf.remove(voice_id)
        removed = [{"place": "library", "files": len(names)}, *self._copies.remove(record)]
        return {
            "voice_id": voice_id,
            "name": record.name,
            "removed": [each for each in removed if each["files"]],
            "job_records": records,
            "kept": self._copies.narrations(voice_id),
            "elsewhere": self._library.shelf.elsewhere,
        }

    def _job_records(self, record: Record) -> int:
        """Remove the records of jobs that hold what was said and agreed: of saving it, trying to, and checking it."""

        def concerns(job_id: str, arguments: dict[str, Any], outcome: str) -> bool:
            ours = job_id == record.made_by or record.voice_id in outcome
            return ours or arguments.get("audio", arguments.get("file")) in record.sources

        return self._erase_jobs(("upload_voice", "upload", "check_voice", "blend_voices"), concerns)

    # ------------------------------------------------------------ carrying elsewhere

    def export(self, voice_id: str) -> FileLink:
        """A voice as a zip file.

        Raises:
            NotFound: ``voice_not_found``.
        """
        record = self._library.shelf.read(voice_id)
        clip = self._library.shelf.clip(voice_id) if record.kind == "cloned" else None
        stored = StoredFile(content_id("made", "export", voice_id), 1, "voice.zip")
        with self._scratch.folder() as folder:
            target = folder / "voice.zip"
            write_bundle(record, clip, target)
            self._artifacts.publish(stored.owner, 1, {stored.name: target}, {"kind": "export", "voice": voice_id})
        if not self._library.shelf.exists(voice_id):  # deleted while it was packed
            self._artifacts.delete(stored.owner)
        return self._artifacts.link(stored, f"{record.name}.zip")

    def import_(self, file_id: str) -> Voice:
        """Take in an exported voice.

        Raises:
            InvalidRequest: what `read_bundle` refuses, a field that is wrong, or ``voice_exists``.
        """
        with self._scratch.folder() as folder:
            bundle, clip = read_bundle(self._uploads.local(file_id, folder), folder)
            record = self._imported(bundle, clip, file_id)
            self._library.refuse_double(record.voice_id, record.outline)
            self._library.add(record, clip)
        return self.get(record.voice_id)

    def _imported(self, bundle: Bundle, clip: Path | None, file_id: str) -> Record:
        given = bundle.consent
        facts: dict[str, Any] = {
            "name": check_name(bundle.name),
            "tags": check_tags(bundle.tags),
            "gender": bundle.gender,
            "created_at": iso_utc(time.time()),
            "consent": check_consent(
                given.basis,
                given.speaker,
                given.statement,
                given.sample_sha256,
                given.recorded_at if is_moment(given.recorded_at) else "",
            ),
            "sources": (file_id,),
        }
        if clip is None:
            recipe = canonical(parse_recipe(bundle.recipe))
            voice = self._library.get(recipe)
            facts["consent"] = facts["consent"].model_copy(update={"sample_sha256": _recipe_hash(recipe)})
            return Record(
                voice_id=blend_id(recipe), kind="blend", recipe=recipe, **{**facts, "gender": voice.gender},
                language=voice.language,
            )  # fmt: skip
        return _imported_clip(bundle, clip, facts)

    # ------------------------------------------------------------ transcripts

    def transcript(self, file_id: str) -> dict[str, str]:
        """The text of a subtitle file, a table or a plain text.

        Raises:
            InvalidRequest: ``transcript_empty``, ``transcript_unreadable``, ``not_a_transcript``.
        """
        suffix = StoredFile.parse(file_id).name.rpartition(".")[2]
        if suffix not in ("srt", "vtt", "ass", "csv", "txt"):
            raise InvalidRequest(
                f"A .{suffix} file holds no transcript.", hint="Choose an SRT, VTT, CSV or TXT file.",
                code="not_a_transcript",
            )  # fmt: skip
        with self._scratch.folder() as folder:
            return {"text": transcript_text(self._uploads.local(file_id, folder).read_bytes(), suffix)}


def _imported_clip(bundle: Bundle, clip: Path, facts: dict[str, Any]) -> Record:
    """The record of a clip from elsewhere; its id is made here, from the clip."""
    samples, _ = read_wave(clip)
    digest = hashlib.sha256(clip.read_bytes()).hexdigest()
    transcript = tidy_transcript(bundle.transcript)
    if not transcript:
        raise InvalidRequest("The voice comes without its transcript.", hint="Export it again.", code="bundle_damaged")
    return Record(
        voice_id=cloned_id(digest),
        kind="cloned",
        language=check_language(bundle.language),
        transcript=transcript,
        heard=tidy_transcript(bundle.heard),
        clip_sha256=digest,
        seconds=len(samples) / RATE,
        outline=outline(samples),
        **facts,
    )


def _recipe_hash(recipe: str) -> str:
    return hashlib.sha256(recipe.encode()).hexdigest()
