"""Whose Google Cloud account is used: what the environment says, read without Google's packages.

What is wrong is said by name and without any of the secret: no message holds a value that was set.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from backend.errors import RecogniserOff
from backend.settings import GoogleSettings

GUIDE = "docs/google.md shows how, step by step."
_NEEDED: dict[str, tuple[str, ...]] = {
    "service_account": ("project_id", "private_key", "client_email"),
    "authorized_user": ("client_id", "client_secret", "refresh_token"),
    "external_account": ("audience", "subject_token_type", "token_url", "credential_source"),
    "impersonated_service_account": ("service_account_impersonation_url", "source_credentials"),
}
"""Fields that each kind of credentials cannot do without."""
_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_PATH = re.compile(r"[~/.\\]|[A-Za-z]:[\\/]|[^{}\n]*\.json$")
_MOST_BYTES = 100_000

Where = Literal["json", "file", "default"]


@dataclass(frozen=True)
class Access:
    """Credentials that look whole."""

    where: Where
    info: Mapping[str, Any] = field(repr=False)
    """Their fields; empty for default credentials, which Google's own library finds."""
    project: str
    """The project that pays; empty when only the service knows."""
    billed: str
    """The project to name at each call, where it is not the credentials' own; else empty."""

    @property
    def said(self) -> str:
        """Where they come from, for people. Nothing secret."""
        came = {"json": "GOOGLE_CREDENTIALS_JSON", "file": "GOOGLE_APPLICATION_CREDENTIALS", "default": "this machine"}
        who = str(self.info.get("client_email", ""))[:120]
        parts = [f"credentials from {came[self.where]}", who, f"project {self.project}" if self.project else ""]
        return ", ".join(part for part in parts if part)


def read_access(settings: GoogleSettings) -> Access:
    """The credentials that the environment names: the JSON itself, else a file, else this machine's own.

    Raises:
        RecogniserOff: there are none, or what is wrong with them.
    """
    given = settings.credentials_json.get_secret_value().strip()
    if given:
        return _accepted("json", _parsed(given), settings)
    if settings.credentials_file:
        return _accepted("file", _of_file(settings.credentials_file), settings)
    if settings.project or _own_file(settings).is_file():
        return Access("default", {}, settings.project, settings.project)
    raise RecogniserOff(
        "Google Speech-to-Text is off: there are no credentials for it.",
        hint=f"Set GOOGLE_CREDENTIALS_JSON to the JSON key of a service account. {GUIDE}",
        code="google_not_configured",
    )


def _own_file(settings: GoogleSettings) -> Path:
    """Where ``gcloud auth application-default login`` leaves its credentials."""
    folder = Path(settings.cloud_folder) if settings.cloud_folder else Path.home() / ".config" / "gcloud"
    return folder / "application_default_credentials.json"


def _parsed(text: str) -> Mapping[str, Any]:
    text = text.removeprefix("'").removesuffix("'").strip()
    if not text.startswith(("{", '"')) and _PATH.match(text):
        raise RecogniserOff(
            "GOOGLE_CREDENTIALS_JSON holds a path where the JSON itself belongs.",
            hint="Paste the contents of that file, from { to }; or set GOOGLE_APPLICATION_CREDENTIALS to the path.",
            code="google_credentials_path",
        )
    return _fields(text, "GOOGLE_CREDENTIALS_JSON")


def _of_file(name: str) -> Mapping[str, Any]:
    setting = "GOOGLE_APPLICATION_CREDENTIALS"
    if name.lstrip().startswith("{"):
        raise RecogniserOff(
            f"{setting} holds JSON where a path belongs.",
            hint="Set GOOGLE_CREDENTIALS_JSON to that JSON instead, and unset this one.",
            code="google_credentials_not_a_path",
        )
    path = Path(name).expanduser()
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1).decode("utf-8-sig")
    except OSError as error:
        raise RecogniserOff(
            f"The file that {setting} names cannot be read: {error.strerror or 'it is no file'}.",
            hint="Check the path as this process sees it (in a container: is the folder mounted?) and its permissions.",
            code="google_credentials_file",
        ) from None
    except UnicodeDecodeError:
        raise _broken(setting, "it is no text") from None
    return _fields(text, f"The file of {setting}")


def _fields(text: str, place: str) -> Mapping[str, Any]:
    """The object in a JSON text. Line breaks inside the key, as shells leave them there, are taken."""
    if len(text) > _MOST_BYTES:
        raise _broken(place, "it is far too long")
    try:
        found = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise _broken(place, f"line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise _broken(place, "it is nested too deep") from None
    if not isinstance(found, dict):
        raise _broken(place, "it is no JSON object")
    return found


def _broken(place: str, problem: str) -> RecogniserOff:
    return RecogniserOff(
        f"{place} is not valid JSON: {problem}.",
        hint="Paste the whole file that Google gave you, from the first { to the last }, quotes and all.",
        code="google_credentials_broken",
    )


def _accepted(where: Where, info: Mapping[str, Any], settings: GoogleSettings) -> Access:
    kind = info.get("type")
    if kind is None and "installed" not in info and "web" not in info:
        raise _without("type")
    if not isinstance(kind, str) or kind not in _NEEDED:
        raise RecogniserOff(
            "These Google credentials are of another kind: no service account's.",
            hint="In the Google Cloud console: IAM, Service accounts, Keys, Add key, JSON. " + GUIDE,
            code="google_credentials_kind",
        )
    for name in _NEEDED[kind]:
        if not info.get(name) or (kind == "service_account" and not isinstance(info[name], str)):
            raise _without(name)
    own = str(info.get("project_id") or info.get("quota_project_id") or "")[:100]
    billed = settings.project if settings.project != own else ""
    if kind == "service_account":
        info = {"token_uri": _TOKEN_URI, **info, "private_key": _mended(info["private_key"])}
    return Access(where, info, settings.project or own, billed)


def _without(name: str) -> RecogniserOff:
    return RecogniserOff(
        f"The Google credentials lack the field {name}.",
        hint="Something was lost on the way: paste the whole file that Google gave you.",
        code="google_credentials_incomplete",
    )


def _mended(key: str) -> str:
    r"""The private key with real line breaks: some hosts hand ``\n`` on as two characters."""
    key = key.replace("\\n", "\n").strip() + "\n"
    if "-----BEGIN" not in key or "-----END" not in key:
        raise key_invalid()
    return key


def key_invalid() -> RecogniserOff:
    """The private key in the credentials is none."""
    return RecogniserOff(
        "The private key in the Google credentials is not valid: it was cut or changed on its way.",
        hint='private_key must be the whole text from "-----BEGIN PRIVATE KEY-----" to "-----END PRIVATE KEY-----\\n"; '
        "or make a new key.",
        code="google_key_invalid",
    )
