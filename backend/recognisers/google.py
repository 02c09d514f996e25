"""Google Cloud Speech-to-Text by its own client. Nothing is imported or asked before somebody wants it.

The service takes a minute of sound in one request, and more only out of a bucket of its own. So a recording is cut
where nobody speaks into pieces below that, some are heard at once, and their words are put together on its clock.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import Any

import soundfile  # type: ignore[import-untyped]

from backend.engines import Heard
from backend.errors import RecogniserOff, StudioError
from backend.recognisers.access import Access, key_invalid, read_access
from backend.recognisers.answers import Answer, joined, read_answer
from backend.recognisers.calling import FIRST_WAIT, Caller
from backend.recognisers.pieces import Piece, as_flac, cut
from backend.recognisers.prices import GOOGLE
from backend.recognisers.tongues import google_tag
from backend.settings import GoogleSettings
from backend.work import Cancel, Work

NAME, TITLE = "google", "Google Speech-to-Text"
RATES = (8_000, 48_000)
"""Hz that the service takes; recordings between them stay as they are."""
SHORTEST, LONGEST = 35.0, 57.0
"""Seconds of a piece: the service takes 60, and counts in its own way."""
AT_ONCE = 4
_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)


class GoogleSpeech:
    """The recogniser. Cheap to make; safe to use from several threads."""

    def __init__(self, settings: GoogleSettings, first_wait: float = FIRST_WAIT) -> None:
        """Args:
        settings: whose account is used, and where.
        first_wait: seconds before a piece is sent again.
        """
        self._settings = settings
        self._first_wait = first_wait

    # ------------------------------------------------------------ whether it can be used

    def fault(self) -> RecogniserOff | None:
        """Why it cannot be used here, as far as that can be seen without asking anybody; None if it can."""
        try:
            access = self._access()
            if access.where != "default":  # a machine's own may have to be asked for
                self._credentials(access)
        except RecogniserOff as off:
            return off
        return None

    def describe(self) -> dict[str, Any]:
        """For ``system_status`` and the page; asks nobody and shows no secret."""
        return described(NAME, TITLE, self.fault(), GOOGLE.to_dict(GOOGLE.dollars))

    def check(self) -> None:
        """Refuse to be used where it cannot be.

        Raises:
            RecogniserOff
        """
        if off := self.fault():
            raise off

    def try_out(self) -> str:
        """Have the service look at the credentials, for nothing: by a request without sound. Says whose they are.

        Raises:
            RecogniserOff, RecogniserFailed: what is wrong.
        """
        access = self._access()
        caller = Caller(self._credentials(access), access, self._settings, self._first_wait)
        try:
            caller.knock()
        finally:
            caller.close()
        return access.said

    def _access(self) -> Access:
        access = read_access(self._settings)
        if not _has_client():
            raise RecogniserOff(
                "Google's client is not installed in this environment.",
                hint="pip install -r requirements.txt once more: it was made before google-cloud-speech was in it.",
                code="google_client_missing",
            )
        return access

    @staticmethod
    def _credentials(access: Access) -> Any:
        """Google's own object for the credentials. Asks nobody.

        Raises:
            RecogniserOff: ``google_key_invalid``, or this machine has none.
        """
        import google.auth
        from google.auth import exceptions
        from google.oauth2 import service_account

        try:
            if access.where == "default":
                return google.auth.default(scopes=_SCOPES)[0]
            if access.info["type"] == "service_account":
                return service_account.Credentials.from_service_account_info(access.info, scopes=_SCOPES)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of kinds of credentials that others may not hand in: these are ours
                return google.auth.load_credentials_from_dict(dict(access.info), scopes=_SCOPES)[0]
        except ValueError:
            raise key_invalid() from None
        except exceptions.GoogleAuthError:
            raise RecogniserOff(
                "GOOGLE_CLOUD_PROJECT is set, but this machine has no Google credentials of its own."
                if access.where == "default"
                else "The Google credentials are not whole.",
                hint="Set GOOGLE_CREDENTIALS_JSON, or run: gcloud auth application-default login",
                code="google_no_default_credentials" if access.where == "default" else "google_credentials_incomplete",
            ) from None

    # ------------------------------------------------------------ listening

    def price(self, seconds: float) -> dict[str, Any]:
        """About what a recording of so many seconds costs."""
        return GOOGLE.to_dict(GOOGLE.of(seconds, (SHORTEST + LONGEST) / 2))

    def listen(self, sound: Path, language: str, work: Work) -> Heard:
        """Have a WAV file of ours written down, whatever its length.

        Args:
            sound: 16 bits at a rate within `RATES`.
            language: BCP 47 or ``auto``, which chooses among the languages of the settings.

        Raises:
            RecogniserOff, RecogniserFailed: what is wrong, with what to do.
            Cancelled: nothing more is sent.
        """
        access = self._access()
        work.report(0.0, "Sending the recording to Google")
        pieces, rate = cut(sound, SHORTEST, LONGEST)
        duration = float(soundfile.info(str(sound)).duration)
        caller = Caller(self._credentials(access), access, self._settings, self._first_wait)
        try:
            answers = _heard(caller, sound, pieces, rate, self._tags(language), work)
        finally:
            caller.close()
        return joined(answers, duration, language)

    def _tags(self, language: str) -> list[str]:
        """Google's tags to choose among, the likeliest first."""
        if language != "auto":
            return [google_tag(language)]
        named = [google_tag(name.strip()) for name in self._settings.languages.split(",") if name.strip()]
        return list(dict.fromkeys(named))[:4] or ["en-US"]


def described(name: str, title: str, off: StudioError | None, a_minute: dict[str, Any] | None) -> dict[str, Any]:
    """A recogniser as callers see it: whether it can be used, why not, and what a minute costs (null: nothing)."""
    why = off.to_dict() if off else {"code": "", "message": "", "hint": ""}
    told = {"code": why["code"], "reason": why["message"], "hint": why["hint"]}
    return {"recogniser": name, "title": title, "available": off is None, **told, "cost_a_minute": a_minute}


def _has_client() -> bool:
    try:
        return importlib.util.find_spec("google.cloud.speech_v1") is not None
    except ModuleNotFoundError:
        return False


def _heard(caller: Caller, sound: Path, pieces: list[Piece], rate: int, tags: list[str], work: Work) -> list[Answer]:
    """The answers to all pieces, in order. Once a language was recognised the rest is asked for in that one."""

    def ask(piece: Piece, among: list[str]) -> Answer:
        response = caller.recognise(as_flac(sound, piece), rate, among, work.cancel)
        return read_answer(response, piece.start, rate)

    def hear(some: list[Piece]) -> list[Answer]:
        before = len(answers)
        tasks = [partial(ask, piece, tags) for piece in some]
        return _watched(caller, tasks, work.cancel, lambda done: tell(before + done))

    def tell(done: int) -> None:
        work.report(done / max(1, len(pieces)), "Google listens")

    answers: list[Answer] = []
    while len(answers) < len(pieces) and len(tags) > 1:
        answers += hear([pieces[len(answers)]])
        tags = [answers[-1].language] if answers[-1].language else tags
    return answers + hear(pieces[len(answers) :])


def _watched(
    caller: Caller,
    tasks: Sequence[Callable[[], Answer]],
    cancel: Cancel,
    tell: Callable[[int], None],
) -> list[Answer]:
    """The results of all tasks, in order, some done at once; on Stop or a fault no other begins and those end."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="google")
    futures: list[Future[Answer]] = [pool.submit(task) for task in tasks]
    try:
        waiting = set(futures)
        while waiting:
            done, waiting = wait(waiting, timeout=0.1, return_when=FIRST_COMPLETED)
            cancel.check()
            for future in done:
                future.result()
            if done:
                tell(len(futures) - len(waiting))
    except BaseException:
        caller.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return [future.result() for future in futures]
