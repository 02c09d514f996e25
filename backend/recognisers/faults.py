"""What Google's service and its library raise, said in our words: one code for each thing somebody can do about it."""

from __future__ import annotations

from typing import Any

from backend.errors import RecogniserFailed, RecogniserOff, StudioError

CONSOLE = "https://console.cloud.google.com"
PASSING = frozenset({"UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "ABORTED", "RESOURCE_EXHAUSTED"})
"""gRPC's names of what may be over in a moment."""
_FROM_PLUGIN = "Getting metadata from plugin failed"
"""How gRPC says that the library could not get a token."""


def status_of(error: Any) -> str:
    """gRPC's name of a failed call's status; empty where there was no call."""
    code = getattr(error, "grpc_status_code", None)
    return str(getattr(code, "name", ""))


def passes(error: Any) -> bool:
    """Whether it is worth asking again in a moment."""
    return status_of(error) in PASSING and _FROM_PLUGIN not in _message(error) and _reason(error) not in _FOR_THE_DAY


_FOR_THE_DAY = ("BILLING_DISABLED",)


def explained(error: Any, project: str) -> StudioError:
    """A failed call in our words.

    Args:
        error: a ``GoogleAPICallError``.
        project: who pays, as far as it is known.
    """
    status, reason, said = status_of(error), _reason(error), _message(error)
    of = f" of project {project}" if project else ""
    if _FROM_PLUGIN in said or status == "UNAUTHENTICATED":
        return unauthenticated()
    if reason == "SERVICE_DISABLED" or "has not been used in project" in said or "it is disabled" in said:
        return RecogniserOff(
            f"The Speech-to-Text API{of} is not enabled.",
            hint=f"Enable it at {CONSOLE}/apis/library/speech.googleapis.com, wait some minutes, then try again.",
            code="google_api_disabled",
        )
    if reason == "BILLING_DISABLED" or "billing" in said.casefold():
        return RecogniserOff(
            f"Billing{of} is not enabled, so Google does not listen.",
            hint=f"Link a billing account at {CONSOLE}/billing, wait some minutes, then try again.",
            code="google_billing_disabled",
        )
    if reason in ("CONSUMER_INVALID", "USER_PROJECT_DENIED", "RESOURCE_PROJECT_INVALID") or status == "NOT_FOUND":
        return RecogniserOff(
            f"Google does not know the project{f' {project}' if project else ''}, or this key may not use it.",
            hint="Set GOOGLE_CLOUD_PROJECT to your project's id (not its name), or unset it to take the key's own.",
            code="google_wrong_project",
        )
    if status == "PERMISSION_DENIED":
        return RecogniserOff(
            f"These Google credentials may not use Speech-to-Text: {said[:200]}",
            hint=f"Give the account the role Cloud Speech Client at {CONSOLE}/iam-admin/iam, then try again.",
            code="google_forbidden",
        )
    return _failed(status, said)


def _failed(status: str, said: str) -> StudioError:
    if status == "RESOURCE_EXHAUSTED":
        return RecogniserFailed(
            "Google's quota for Speech-to-Text is used up.",
            hint=f"Wait a while, or ask for more at {CONSOLE}/iam-admin/quotas; or use Whisper.",
            code="google_quota",
        )
    if status in ("DEADLINE_EXCEEDED", "CANCELLED"):
        return RecogniserFailed(
            "Google did not answer in time.", hint="Try again, or use Whisper.", code="google_timeout"
        )
    if status in ("UNAVAILABLE", "INTERNAL", "ABORTED", "UNKNOWN"):
        return RecogniserFailed(
            "Google Speech-to-Text cannot be reached.",
            hint="Check this machine's network, and GOOGLE_SPEECH_ENDPOINT if it is set; or use Whisper.",
            code="google_unavailable",
        )
    return RecogniserFailed(
        f"Google refused the recording: {said[:200] or status}",
        hint="Is the language one that Speech-to-Text knows? Name it, or use Whisper.",
        code="google_refused",
    )


def unauthenticated() -> RecogniserOff:
    """Google does not let these credentials in."""
    return RecogniserOff(
        "Google does not accept these credentials: the key was deleted or disabled, or this machine's clock is wrong.",
        hint=f"Look at the key at {CONSOLE}/iam-admin/serviceaccounts and make a new one if it is gone.",
        code="google_unauthenticated",
    )


def _reason(error: Any) -> str:
    return str(getattr(error, "reason", "") or "")


def _message(error: Any) -> str:
    return str(getattr(error, "message", "") or "")
