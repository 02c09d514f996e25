"""The voice library: built-in voices, those that people made, and what an engine needs to speak with each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from backend.engines.table import ENGINES
from backend.engines.values import Reference
from backend.errors import InvalidRequest
from backend.ids import is_id
from backend.models import Voice
from backend.voices.catalogue import ANY, built_in_voices, find_voices
from backend.voices.languages import language_name, speaks
from backend.voices.outlines import SAME, likeness
from backend.voices.recipes import blend_of, get_speaker
from backend.voices.records import Record
from backend.voices.shared import SharedShelf
from backend.voices.shelf import Shelf

AnyShelf = Shelf | SharedShelf


class VoiceLibrary:
    """All voices. Shared by any number of threads, processes and machines (`Shelf` says how)."""

    def __init__(
        self,
        shelf: AnyShelf,
        is_installed: Callable[[str], bool] = lambda engine: True,
        suits: Callable[[str], bool] = lambda engine: not ENGINES[engine].stands_in_for,
    ) -> None:
        """Args:
        shelf: holds the voices that people made.
        is_installed: whether this machine has an engine, by its name.
        suits: whether ``auto`` may take an engine on this machine.
        """
        self.shelf = shelf
        self._is_installed = is_installed
        self._suits = suits

    # ------------------------------------------------------------ looking up

    def find(self, engine: str = ANY, language: str = ANY, query: str = "") -> tuple[Voice, ...]:
        """The voices that match all three, people's own first and the newest of those before the others."""
        return find_voices(engine, language, query, voices=(*self.own(), *self._with_engine(*built_in_voices())))

    def own(self) -> tuple[Voice, ...]:
        """The voices that people made here, newest first."""
        records = sorted(self.shelf.records(), key=lambda record: (record.created_at, record.voice_id), reverse=True)
        is_installed = cache(self._is_installed)  # it reads files; hundreds of voices ask about the same four engines
        return self._with_engine(*(self._voice(record, is_installed) for record in records))

    def get(self, voice_id: str) -> Voice:
        """A built-in voice, one that somebody made, or the blend that a recipe such as ``af_heart+am_puck`` describes.

        Raises:
            InvalidRequest: ``unknown_voice`` (the hint names those that look alike) or ``invalid_recipe``.
            NotFound: ``voice_not_found``: a voice that somebody made, and that is not there any more.
        """
        if is_id(voice_id, "voice"):
            return self.voice(self.shelf.read(voice_id))
        try:
            return self._with_engine(get_speaker(voice_id))[0]
        except InvalidRequest as error:
            named = [voice.voice_id for voice in self.own() if voice.name.casefold() == voice_id.strip().casefold()]
            if not named or error.code != "unknown_voice":
                raise
            hint = f"Your voice of that name is {named[0]}."
            raise InvalidRequest(error.message, hint=hint, code=error.code) from None

    # ------------------------------------------------------------ what engines need

    def reference(self, voice_id: str) -> Reference | None:
        """The recording that a cloning engine speaks after; None for a voice that needs none.

        Raises:
            NotFound: ``voice_not_found``: it was deleted.
        """
        if not is_id(voice_id, "voice"):
            return None
        record = self.shelf.read(voice_id)
        if record.kind != "cloned":
            return None
        return Reference(self.shelf.clip(voice_id), record.transcript, record.clip_sha256)

    def spoken_as(self, voice_id: str) -> str:
        """What the voice's engine calls it: a blend's recipe, else the id.

        Raises:
            NotFound: ``voice_not_found``.
        """
        recipe = self.shelf.read(voice_id).recipe if is_id(voice_id, "voice") else ""
        return recipe or voice_id

    def engine(self, voice_id: str, wanted: str = "auto", language: str = "auto") -> str:
        """The engine that speaks this voice.

        Args:
            wanted: ``auto`` or an engine's name; ``silence`` goes with any voice.
            language: what will be spoken; ``auto`` is the voice's own.

        Raises:
            InvalidRequest: ``unknown_engine``, ``voice_of_another_engine``, or ``engine_not_installed``.
        """
        if wanted != "auto" and not (wanted in ENGINES and ENGINES[wanted].speaks):
            speaking = ", ".join(name for name, spec in ENGINES.items() if spec.speaks)
            raise InvalidRequest(
                f"There is no engine {wanted[:80]!r} that speaks.",
                hint=f"Use auto, or one of: {speaking}.",
                code="unknown_engine",
            )
        voice = self.get(voice_id)
        if wanted == "silence":
            return wanted
        engines = voice.engines
        if voice.kind == "cloned" and language != "auto":
            engines = _cloners(language)
        if wanted != "auto" and wanted not in engines:
            raise InvalidRequest(
                f"{voice.name} is a voice of {' and '.join(engines) or 'no engine'}, not of {wanted}.",
                hint="Leave engine at auto, or choose one of its voices.",
                code="voice_of_another_engine",
            )
        candidates = self._suiting(engines) if wanted == "auto" else (wanted,)
        installed = [engine for engine in candidates if self._is_installed(engine)]
        if not installed:
            raise _not_installed(voice, candidates, voice.language if language == "auto" else language)
        return installed[0]

    # ------------------------------------------------------------ adding

    def add(self, record: Record, clip: Path | None) -> None:
        """Put a new voice into the library.

        Raises:
            InvalidRequest: ``voice_exists``, with the name it has there.
            StorageError: the disk refused; nothing is left.
        """
        try:
            self.shelf.add(record, clip)
        except InvalidRequest as error:
            if error.code != "voice_exists":
                raise
            raise _double(self.shelf.read(record.voice_id)) from error

    def refuse_double(self, voice_id: str, shape: str) -> None:
        """Refuse a recording that is in the library already, however it was saved or cut.

        Args:
            shape: its outline; empty for a blend.

        Raises:
            InvalidRequest: ``voice_exists``.
        """
        for known in self.shelf.records():
            if known.voice_id == voice_id or (shape and likeness(shape, known.outline) > SAME):
                raise _double(known)

    def is_made_by(self, voice_id: str, job_id: str) -> bool:
        """Whether this job saved the voice before it was cut off and run again."""
        return self.shelf.exists(voice_id) and self.shelf.read(voice_id).made_by == job_id

    # ------------------------------------------------------------ inside

    def _suiting(self, engines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(engine for engine in engines if self._suits(engine))

    def _with_engine(self, *voices: Voice) -> tuple[Voice, ...]:
        """Each voice with the engine that ``auto`` takes for it here; cloned ones have theirs already."""
        able = {voice.engines for voice in voices if voice.kind != "cloned"}
        first = {engines: self._suiting(engines)[0] for engines in able}
        taken = [first.get(voice.engines, voice.engine) for voice in voices]
        return tuple(
            voice if voice.engine == engine else voice.model_copy(update={"engine": engine})
            for voice, engine in zip(voices, taken, strict=True)
        )

    def voice(self, record: Record) -> Voice:
        """A record as callers see it, without links."""
        return self._with_engine(self._voice(record, self._is_installed))[0]

    def _voice(self, record: Record, is_installed: Callable[[str], bool]) -> Voice:
        if record.kind == "blend":
            return self._blend(record)
        return self._cloned(record, is_installed)

    @staticmethod
    def _cloned(record: Record, is_installed: Callable[[str], bool]) -> Voice:
        engines = _cloners(record.language)
        installed = [engine for engine in engines if is_installed(engine)]
        engine = (*installed, *engines, "none")[0]
        who = record.consent.speaker if record.consent else ""
        facts = Voice(
            voice_id=record.voice_id,
            name=record.name,
            kind="cloned",
            engine=engine,
            engines=engines,
            language=record.language,
            language_name=language_name(record.language),
            gender=record.gender,
            description=" · ".join(part for part in ("Cloned", who, f"{record.seconds or 0:.0f} s") if part),
            # In whatever language: what was said once can be said again.
            preview_text=record.transcript,
            available=bool(installed),
            tags=record.tags,
            transcript=record.transcript,
            seconds=record.seconds,
            created_at=record.created_at,
            watermarked=bool(installed) and ENGINES[engine].watermarks,
            consent=record.consent,
        )
        if installed:
            return facts
        return facts.model_copy(update={"unavailable_reason": _not_installed(facts, engines, record.language).hint})

    @staticmethod
    def _blend(record: Record) -> Voice:
        return blend_of(record.recipe, record.name).model_copy(
            update={
                "voice_id": record.voice_id,
                "kind": "blend",
                "recipe": record.recipe,
                "tags": record.tags,
                "created_at": record.created_at,
                "consent": record.consent,
            }
        )


def _cloners(language: str) -> tuple[str, ...]:
    """The engines that clone and speak this language, in the order of the table."""
    return tuple(name for name, spec in ENGINES.items() if spec.clones and speaks(spec.languages, language))


def _not_installed(voice: Voice, engines: tuple[str, ...], language: str) -> InvalidRequest:
    if not engines:
        return InvalidRequest(
            f"No engine speaks {language_name(language)} in the voice of a recording.",
            hint="Choose a built-in voice of that language.",
            code="language_not_cloned",
        )
    names = " or ".join(ENGINES[engine].title for engine in engines)
    return InvalidRequest(
        f"{voice.name} needs an engine that is not installed: {names}.",
        hint=f"Install it in the System tab, or call install_engine with {' or '.join(engines)}.",
        code="engine_not_installed",
    )


def _double(known: Record) -> InvalidRequest:
    return InvalidRequest(
        f"This voice is in the library already, as “{known.name}”.",
        hint=f"Use it ({known.voice_id}), or delete it first.",
        code="voice_exists",
    )
