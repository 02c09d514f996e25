"""One connection to Google's service: what is asked, how often, and for how long. Google's client is imported here."""

from __future__ import annotations

from typing import Any

from backend.errors import RecogniserFailed
from backend.recognisers.access import Access
from backend.recognisers.faults import explained, passes, status_of, unauthenticated
from backend.settings import GoogleSettings
from backend.work import Cancel

PATIENCE_SECONDS = 120.0
"""For one answer. A minute is heard in some ten seconds."""
TRIES = 4
FIRST_WAIT = 1.0
"""Seconds before something is sent again; twice as long each time."""
MODEL = "latest_long"


class Caller:
    """One connection to the service."""

    def __init__(self, credentials: Any, access: Access, settings: GoogleSettings, first_wait: float) -> None:
        from google.api_core.client_options import ClientOptions
        from google.cloud import speech_v1

        self._speech = speech_v1
        self._project = access.project
        self._first_wait = first_wait
        self._closed = Cancel()
        options = ClientOptions(
            api_endpoint=settings.endpoint.removeprefix("https://").rstrip("/") or None,
            quota_project_id=access.billed or None,
        )
        self._client = speech_v1.SpeechClient(credentials=credentials, client_options=options)

    def close(self) -> None:
        """End the calls that are under way."""
        if not self._closed.is_set():
            self._closed.set()
            self._client.transport.close()

    def recognise(self, flac: bytes, rate: int, tags: list[str], cancel: Cancel) -> Any:
        """Google's ``RecognizeResponse`` to a piece.

        Args:
            flac: mono, 16 bits, less than a minute.
            rate: Hz.
            tags: languages to choose among, by Google's names; at most four.

        Raises:
            RecogniserOff, RecogniserFailed, Cancelled
        """
        from google.api_core.exceptions import InvalidArgument

        # Choosing among languages is an affair of the default model, as are languages that the better one lacks.
        models = (MODEL, "") if len(tags) == 1 else ("",)
        for model in models:
            try:
                return self._patiently(flac, rate, tags, model, cancel)
            except InvalidArgument as error:
                if model == models[-1] or "model" not in str(error.message).casefold():
                    raise explained(error, self._project) from None
        raise AssertionError("the last model returns or raises")

    def _patiently(self, flac: bytes, rate: int, tags: list[str], model: str, cancel: Cancel) -> Any:
        """An answer, asked for again where the trouble may pass."""
        from google.api_core.exceptions import GoogleAPICallError, InvalidArgument
        from google.auth.exceptions import GoogleAuthError

        for attempt in range(TRIES):
            cancel.check()
            try:
                return self._ask(flac, rate, tags, model)
            except InvalidArgument:
                raise
            except GoogleAPICallError as error:
                cancel.check()
                if not passes(error) or attempt == TRIES - 1 or self._closed.is_set():
                    raise explained(error, self._project) from None
            except GoogleAuthError:
                raise unauthenticated() from None
            except ValueError as error:  # gRPC's word for a channel that was closed
                cancel.check()
                raise RecogniserFailed("The connection to Google was closed.", hint="Try again.") from error
            self._closed.wait(self._first_wait * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    def _ask(self, flac: bytes, rate: int, tags: list[str], model: str) -> Any:
        speech = self._speech
        config = speech.RecognitionConfig(
            encoding=speech.RecognitionConfig.AudioEncoding.FLAC,
            sample_rate_hertz=rate,
            audio_channel_count=1,
            language_code=tags[0],
            alternative_language_codes=tags[1:],
            model=model,
            enable_word_time_offsets=True,
            enable_word_confidence=True,
            enable_automatic_punctuation=True,
        )
        audio = speech.RecognitionAudio(content=flac)
        return self._client.recognize(config=config, audio=audio, retry=None, timeout=PATIENCE_SECONDS)

    def knock(self) -> None:
        """Be let in, or told why not.

        Raises:
            RecogniserOff, RecogniserFailed
        """
        from google.api_core.exceptions import GoogleAPICallError
        from google.auth.exceptions import GoogleAuthError

        try:
            self._ask(b"", 16_000, ["en-US"], "")
        except GoogleAuthError:
            raise unauthenticated() from None
        except GoogleAPICallError as error:
            if status_of(error) != "INVALID_ARGUMENT":  # which is the answer to a request without sound
                raise explained(error, self._project) from None
