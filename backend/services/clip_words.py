"""What is said in the clip a voice is made from: heard once, then written down or compared with what a person wrote."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from backend.engines import ENGINES, RECOGNISER, Engines
from backend.errors import InvalidRequest, MediaRejected, WeightsUnavailable
from backend.voices.languages import check_language
from backend.voices.transcripts import check_transcript, tidy_transcript
from backend.work import Work

_REMEMBERED = 64
"""Clips whose words are kept in memory: whoever moves a cut or corrects a transcript is answered at once."""


@dataclass(frozen=True)
class ClipWords:
    """What was heard in a clip."""

    language: str
    text: str
    """Empty where nothing here understands the language."""


class ClipListener:
    """Hears clips. Nothing of what it heard is written to a disk."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._heard: OrderedDict[tuple[str, str, str], ClipWords] = OrderedDict()

    def check(self, transcript: str, language: str) -> None:
        """Refuse a transcript that is too long, an unknown language, or one that nothing here can write down.

        Raises:
            InvalidRequest: ``invalid_transcript``, ``unknown_language`` or ``transcript_needed``.
        """
        tidy_transcript(transcript)
        known = _language(language)
        if not transcript.strip() and known != "auto" and self._engines.listener(known) is None:
            raise _transcript_needed(known)

    def listen(self, clip: Path, language: str, work: Work) -> ClipWords:
        """What is said in exactly this clip; ``language`` may be ``auto``.

        Raises:
            MediaRejected: ``no_speech``.
            WeightsUnavailable: nothing can listen, and the language is not known either.
            EngineError, Cancelled
        """
        asked = _language(language)
        key = hashlib.sha256(clip.read_bytes()).hexdigest(), asked, self._engines.listener(asked) or ""
        heard = self._heard.get(key)
        if heard is None:
            work.report(0.0, "Writing down what is said")
            heard = self._heard[key] = self._listen(clip, asked, work)
        while len(self._heard) > _REMEMBERED:
            self._heard.popitem(last=False)
        return heard

    def _listen(self, clip: Path, language: str, work: Work) -> ClipWords:
        try:
            heard = self._engines.listen(RECOGNISER, clip, language, work)
        except WeightsUnavailable:
            if language == "auto":
                raise
            return ClipWords(language, "")
        if not heard.text.strip() or not heard.words:
            raise MediaRejected(
                "No words were heard in the recording.",
                hint="Record somebody speaking, close to the microphone and without music.",
                code="no_speech",
            )
        return ClipWords(heard.language if language == "auto" else language, heard.text.strip())


def settle(transcript: str, heard: ClipWords) -> str:
    """The transcript of a clip: what was heard where nothing was written, else what was written if it fits.

    Where nothing here understands the language, what was written is taken as given.

    Raises:
        InvalidRequest: ``transcript_mismatch``, ``transcript_needed`` or ``invalid_transcript``.
    """
    if not transcript.strip():
        if not heard.text:
            raise _transcript_needed(heard.language)
        return tidy_transcript(heard.text)
    return check_transcript(transcript, heard.text, heard.language) if heard.text else tidy_transcript(transcript)


def _language(wanted: str) -> str:
    return wanted if wanted == "auto" else check_language(wanted)


def _transcript_needed(language: str) -> InvalidRequest:
    return InvalidRequest(
        f"No {ENGINES[RECOGNISER].title} that is here understands {language}, so what is said cannot be written down.",
        hint="Give the transcript: exactly what is said in the chosen part.",
        code="transcript_needed",
    )
