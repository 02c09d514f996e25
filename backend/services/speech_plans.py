"""From what is asked to the plan of what is spoken, in which language and by whom; what cannot be spoken is refused
before anything is queued."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.engines import ENGINES, Engines, check_options
from backend.errors import InvalidRequest
from backend.requests import GenerateSpeech, RegenerateSentence
from backend.script import Script, parse_script
from backend.services.manifests import NarrationManifest
from backend.speech import (
    NarrationPlan,
    NarrationSettings,
    PlannedSentence,
    plan_narration,
    replace_sentence,
    sentence_at,
    take_from,
)
from backend.voices import VoiceLibrary


class SpeechPlans:
    """Plans with the voices of one tenant and the engines of this machine."""

    def __init__(self, engines: Engines, voices: VoiceLibrary) -> None:
        self._engines = engines
        self._voices = voices

    # ------------------------------------------------------------ of a script

    def check(self, request: GenerateSpeech) -> None:
        """Refuse what cannot be spoken.

        Raises:
            InvalidRequest: the script, a voice, the engine, the language or an option is wrong.
        """
        self._check_options(request)
        self.engines(request)

    def checked(self, request: GenerateSpeech) -> NarrationPlan:
        """The plan of what `check` lets pass; the script is read once for both."""
        self._check_options(request)
        return self.plan(request)

    def _check_options(self, request: GenerateSpeech) -> None:
        engine = self.engine_for(request.engine, request.language)(request.voice)
        check_options(engine, ENGINES[engine].parameters, request.options)

    def engines(self, request: GenerateSpeech) -> set[str]:
        """The engines that would speak this script here; refuses what cannot be spoken."""
        engine_for = self.engine_for(request.engine, request.language)
        return {engine_for(voice) for voice in {sentence.voice for sentence in self.script(request).sentences}}

    def plan(self, request: GenerateSpeech) -> NarrationPlan:
        """What will be spoken; refuses what cannot be, as `check` does, but for options."""
        settings = NarrationSettings(
            engine=self.engine_for(request.engine, request.language),
            seed=request.seed,
            options=request.options,
            loudness=request.loudness,
            audio_format=request.audio_format,
            verify=request.verify,
        )
        return plan_narration(self.script(request), settings)

    def script(self, request: GenerateSpeech) -> Script:
        """The sentences that will be spoken; refuses what `check` does of script, voices and language."""
        return parse_script(
            request.script,
            voice=self._speaking_voice(request.voice),
            speed=request.speed,
            language=self._language_for(request.language),
            check_voice=self._speaking_voice,
        )

    def _speaking_voice(self, voice_id: str) -> str:
        """The id, if there is such a voice.

        Raises:
            InvalidRequest: ``unknown_voice`` or ``voice_unavailable``.
            NotFound: ``voice_not_found``.
        """
        voice = self._voices.get(voice_id)
        if voice.kind != "cloned" and not voice.available:
            raise InvalidRequest(
                f"{voice.name} cannot speak on this machine.", hint=voice.unavailable_reason, code="voice_unavailable"
            )
        return voice.voice_id

    def engine_for(self, wanted: str, language: str) -> Callable[[str], str]:
        """The engine that speaks a voice; refuses what `VoiceLibrary.engine` does."""
        return lambda voice_id: self._voices.engine(voice_id, wanted, language)

    def _language_for(self, wanted: str) -> Callable[[str], str]:
        """The language a voice speaks: its own, or the one the caller named.

        Raises:
            InvalidRequest: ``unknown_language``.
        """
        known = {language for spec in ENGINES.values() if spec.speaks for language in spec.languages}
        if wanted != "auto" and wanted.lower() not in known:
            raise InvalidRequest(
                f"No voice speaks {wanted[:80]!r}.",
                hint=f"Use auto, or one of: {', '.join(sorted(known))}.",
                code="unknown_language",
            )

        def language(voice_id: str) -> str:
            voice = self._voices.get(voice_id)
            if wanted == "auto":
                return voice.language
            if voice.kind != "cloned" and wanted.lower() not in ENGINES[voice.engine].languages:
                raise InvalidRequest(
                    f"{voice.name} does not speak {wanted[:80]!r}.",
                    hint="Leave language at auto, or choose a voice of that language.",
                    code="unknown_language",
                )
            return wanted.lower()

        return language

    # ------------------------------------------------------------ of a narration that is there

    def changed(self, plan: NarrationPlan, request: RegenerateSentence, first: dict[str, Any]) -> NarrationPlan:
        """The plan with one sentence changed.

        Args:
            first: what was asked when the narration was made.
        """
        return replace_sentence(
            plan,
            request.index,
            engine=self._engine_again(sentence_at(plan, request.index), first, request.engine),
            language=self._language_for(first["language"]),
            check_voice=self._speaking_voice,
            text=request.text,
            voice=request.voice,
            seed=request.seed,
            options=request.options,
        )

    def as_before(
        self, plan: NarrationPlan, request: RegenerateSentence, earlier: Callable[[], NarrationPlan]
    ) -> NarrationPlan:
        """The plan with one sentence as it is in an earlier version, whose plan is only read for a right request."""
        given = request.model_dump(exclude_defaults=True).keys() - {"narration_id", "index", "from_version"}
        if given:
            raise InvalidRequest(
                f"from_version takes the sentence as it was; {min(given)} would change it.",
                hint="Leave out one of the two.",
                code="invalid_from_version",
            )
        changed = take_from(plan, request.index, earlier())
        self._speaking_voice(changed.sentences[request.index].sentence.voice)
        return changed

    def _engine_again(self, old: PlannedSentence, first: dict[str, Any], wanted: str | None) -> Callable[[str], str]:
        """The engine that speaks a voice in a changed sentence: the one that is wanted, or else the one that spoke that
        voice there, as long as it is installed and suits the machine."""
        usual = self.engine_for(wanted or first["engine"], first["language"])
        stays = wanted is None and self._engines.installed(old.engine) and self._engines.suits(old.engine)
        return lambda voice_id: old.engine if stays and voice_id == old.sentence.voice else usual(voice_id)

    def check_again(self, manifest: NarrationManifest) -> None:
        """Refuse a narration that cannot be spoken again here.

        Raises:
            InvalidRequest: an engine, a voice, a language or an option is not there, or not for one another.
            NotFound: ``voice_not_found``.
        """
        checked = set()
        for planned in manifest.plan.sentences:
            voice, language, engine = planned.sentence.voice, planned.sentence.language, planned.engine
            if (voice, language, engine) not in checked:
                cloned = self._voices.get(self._speaking_voice(voice)).kind == "cloned"
                self._voices.engine(voice, engine, language if cloned else "auto")
                self._language_for(language)(voice)
                checked.add((voice, language, engine))
            check_options(engine, ENGINES[engine].parameters, planned.options)

    def changes(self, manifest: NarrationManifest) -> tuple[str, ...]:
        """Why the narration may sound different from the first time; empty where nothing has changed."""
        plan = manifest.same_plan()
        engines = sorted({planned.engine for planned in plan.sentences})
        changed = [
            f"{ENGINES[engine].title} is another version now ({self._engines.revision(engine)}, "
            f"it was {manifest.engine_revisions[engine][:80]}): it may sound different."
            for engine in engines
            if manifest.engine_revisions.get(engine, self._engines.revision(engine)) != self._engines.revision(engine)
        ]
        now = self.voice_hashes(plan)
        changed += [
            f"The voice {voice} has another reference or transcript now: it may sound different."
            for voice, known in now.items()
            if manifest.voices.get(voice, known) != known
        ]
        return tuple(changed)

    def voice_hashes(self, plan: NarrationPlan) -> dict[str, str]:
        """What each voice after a recording is made of: the recording and what is said in it."""
        voices = {planned.sentence.voice for planned in plan.sentences}
        references = {voice: self._voices.reference(voice) for voice in sorted(voices)}
        return {voice: reference.content_hash() for voice, reference in references.items() if reference}

    def revision(self, voice_id: str) -> str:
        """Changes when the voice would sound different."""
        reference = self._voices.reference(voice_id)
        heard = f"-{reference.sha256}-{reference.text}" if reference else ""
        return self._engines.revision(self._voices.engine(voice_id)) + heard
