"""Who can write down what is said: Whisper in a process of ours, and services of others, for one tenant."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from backend.engines import ENGINES, RECOGNISER, Engines, Heard
from backend.errors import InvalidRequest, NotAllowed, StudioError
from backend.recognisers import RATES, GoogleSpeech, described
from backend.services.listening import listen
from backend.work import Work

Recogniser = Literal["whisper", "google"]


class Recognisers:
    """Asks the one that was named."""

    def __init__(self, engines: Engines, google: GoogleSpeech, may_pay: bool) -> None:
        """Args:
        may_pay: whether this tenant may use what costs whoever runs the studio money.
        """
        self._engines = engines
        self._google = google
        self._may_pay = may_pay

    def describe(self) -> list[dict[str, Any]]:
        """All of them, for ``system_status`` and the page; asks nobody."""
        google = self._google.describe()
        if not self._may_pay:
            google = described("google", google["title"], _not_for_this_key(), google["cost_a_minute"])
        return [described(RECOGNISER, ENGINES[RECOGNISER].title, None, None), google]

    def check(self, name: Recogniser, language: str) -> None:
        """Refuse a recogniser that cannot be used here, or that does not understand the language.

        Args:
            language: BCP 47 or ``auto``.

        Raises:
            InvalidRequest: ``language_not_understood``.
            RecogniserOff, NotAllowed
        """
        if name == "google":
            if not self._may_pay:
                raise _not_for_this_key()
            self._google.check()
        elif language != "auto" and self._engines.listener(language) is None:
            raise InvalidRequest(
                f"No {ENGINES[name].title} that is here understands {language}.",
                hint="Fetch one where the Hugging Face hub can be reached: python -m backend weights whisper-small.",
                code="language_not_understood",
            )

    def revision(self, name: Recogniser, language: str) -> str | None:
        """Changes whenever other words may be heard, as far as anybody knows; None where nothing knows the language."""
        return "google" if name == "google" else self._engines.listener(language)

    def rate(self, name: Recogniser, rate: int) -> int | None:
        """Hz at which a recording of ``rate`` has to come, in 16 bits; None for as it is."""
        return min(max(rate, RATES[0]), RATES[1]) if name == "google" else None

    def listen(self, name: Recogniser, sound: Path, language: str, work: Work) -> Heard:
        """What is said in a WAV file of ours.

        Raises:
            WeightsUnavailable, EngineError, RecogniserOff, RecogniserFailed, Cancelled
        """
        if name == "google":
            return self._google.listen(sound, language, work)
        return listen(self._engines, sound, language, work)

    def cost(self, name: Recogniser, seconds: float) -> dict[str, Any] | None:
        """About what a recording costs; None where nothing does."""
        return self._google.price(seconds) if name == "google" else None


def _not_for_this_key() -> StudioError:
    return NotAllowed(
        "This key may not use Google Speech-to-Text: it costs whoever runs the studio money.",
        hint="Use whisper, or ask them to set GOOGLE_SPEECH_FOR_ALL_KEYS=true.",
        code="google_not_allowed",
    )
