"""What people may write on a voice: names, tags and consent as plain text."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from backend.errors import InvalidRequest
from backend.models import Consent, ConsentBasis
from backend.storage.links import iso_utc

MOST_NAME, MOST_TAG, MOST_TAGS = 80, 30, 10
MOST_SPEAKER, MOST_STATEMENT = 120, 2000
_MARKUP = re.compile(r"[<>]")


def check_name(name: str) -> str:
    """The name with its white space tidied.

    Raises:
        InvalidRequest: ``invalid_name``: empty, too long, or with HTML in it.
    """
    return _checked(name, "name", MOST_NAME, "A name is a word or two of plain text, such as Anna or Anna, calm.")


def check_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """The tags, each once, in the order given.

    Raises:
        InvalidRequest: ``invalid_tags``.
    """
    if len(tags) > MOST_TAGS:
        raise InvalidRequest(
            f"There are {len(tags):,} tags; {MOST_TAGS} is the most.", hint="Keep the useful ones.", code="invalid_tags"
        )
    return tuple(dict.fromkeys(_checked(tag, "tags", MOST_TAG, "A tag is a short word of plain text.") for tag in tags))


def check_consent(basis: ConsentBasis, speaker: str, statement: str, sample_sha256: str, at: str = "") -> Consent:
    """The record of a consent, given now unless ``at`` says when.

    Raises:
        InvalidRequest: ``invalid_consent``: nobody is named, or nothing is stated.
    """
    said = tidy(statement)
    who = tidy(speaker)
    if not who or not said or len(who) > MOST_SPEAKER or len(said) > MOST_STATEMENT:
        raise InvalidRequest(
            "The consent does not say who speaks, or what was agreed."
            if not (who and said)
            else f"The consent is too long: {MOST_SPEAKER} characters for the speaker, {MOST_STATEMENT:,} to state it.",
            hint='Give {"basis": "own_voice", "speaker": "Anna Berg", "statement": "This is my voice, and I agree to '
            'its use here."} with what is true of this voice.',
            code="invalid_consent",
        )
    return Consent(
        basis=basis, speaker=who, statement=said, recorded_at=at or iso_utc(time.time()), sample_sha256=sample_sha256
    )


def tidy(text: str) -> str:
    """One line, without characters that nobody can see or that turn the direction of writing."""
    visible = (" " if _is_space(c) else "" if unicodedata.category(c)[0] == "C" else c for c in text)
    return " ".join(unicodedata.normalize("NFC", "".join(visible)).split())


def is_moment(text: str) -> bool:
    """Whether this is a date and time as `iso_utc` writes it, or near enough."""
    try:
        return len(text) <= 40 and datetime.fromisoformat(text.replace("Z", "+00:00")) is not None
    except ValueError:
        return False


def _is_space(character: str) -> bool:
    return character in "\t\n\r\v\f" or unicodedata.category(character)[0] == "Z"


def _checked(text: str, field: str, most: int, hint: str) -> str:
    tidied = tidy(text)
    if not tidied:
        raise InvalidRequest(f"{field}: there is nothing to read in it.", hint=hint, code=f"invalid_{field}")
    if len(tidied) > most:
        raise InvalidRequest(
            f"{field}: {len(tidied):,} characters; {most} is the most.", hint=hint, code=f"invalid_{field}"
        )
    if _MARKUP.search(tidied):
        raise InvalidRequest(f"{field}: it must not hold < or >.", hint=hint, code=f"invalid_{field}")
    return tidied
