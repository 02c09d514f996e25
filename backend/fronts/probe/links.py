"""Whether a link of a result opens: without credentials, whole, of its type, in parts, and only as it was signed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from backend.fronts.probe.doors import ANSWER_SECONDS, ProbeFault, in_our_words

_SIGNATURE = re.compile(r"([?&](?:signature|X-Amz-Signature)=)([0-9a-fA-F]{8})", re.IGNORECASE)
_LOCAL = ("127.0.0.1", "localhost", "::1")


def open_link(link: Mapping[str, Any], studio_host: str | None) -> int:
    """Open a link as a stranger does.

    Args:
        link: a file of a result.
        studio_host: where the studio was reached; None for an endpoint.

    Returns:
        How many bytes came.

    Raises:
        ProbeFault: what is wrong with it.
    """
    with in_our_words(), httpx.Client(follow_redirects=True, timeout=ANSWER_SECONDS) as stranger:
        try:
            whole = stranger.get(link["url"])
        except httpx.ConnectError:
            raise _nowhere(str(link["url"]), studio_host) from None
        _check_whole(whole, link)
        part = stranger.get(link["url"], headers={"Range": "bytes=2-5"})
        if part.status_code != httpx.codes.PARTIAL_CONTENT or part.content != whole.content[2:6]:
            raise ProbeFault(
                "A link does not answer byte ranges, so players cannot seek.",
                hint="A proxy in front may swallow the Range header.",
                code="no_ranges",
            )
        return len(whole.content)


def _check_whole(answer: httpx.Response, link: Mapping[str, Any]) -> None:
    if not answer.is_success:
        raise ProbeFault(
            f"A link without credentials answers HTTP {answer.status_code}.",
            hint="A login in front must let /files/ through. From a bucket: check its keys with `doctor`.",
            code="link_refused",
        )
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind != link["media_type"]:
        raise ProbeFault(
            f"A link gives {kind or 'no type'} instead of {link['media_type']}.",
            hint="A page of a proxy in front, perhaps: open it in a private window.",
            code="link_type",
        )
    if len(answer.content) != link["bytes"]:
        raise ProbeFault(
            f"A link gives {len(answer.content)} bytes instead of {link['bytes']}.", hint="Try again.", code="link_size"
        )


def _nowhere(url: str, studio_host: str | None) -> ProbeFault:
    host = urlsplit(url).hostname or ""
    if host in _LOCAL and studio_host not in _LOCAL:
        hint = (
            "Set STUDIO_PUBLIC_URL to the address that visitors use."
            if studio_host
            else "Give the endpoint a bucket: S3_BUCKET and the AWS_* variables."
        )
        return ProbeFault(f"Links lead to {host}, which only that machine itself reaches.", hint=hint, code="link_host")
    return ProbeFault(f"Links lead to {host}, where nothing answers.", hint="Is that address public?", code="link_host")


def refuses_changed(link: Mapping[str, Any]) -> None:
    """Whether a link with another signature is refused.

    Raises:
        ProbeFault: it opens.
    """
    changed, found = _SIGNATURE.subn(lambda at: at[1] + _other(at[2]), str(link["url"]))
    if found and is_open(changed):
        raise ProbeFault(
            "A link with a wrong signature opens: anyone can guess links.",
            hint="The bucket is public. Make it private.",
            code="links_unsigned",
        )


def _other(digits: str) -> str:
    return "".join("1" if digit == "0" else "0" for digit in digits)


def is_open(url: str) -> bool:
    """Whether a stranger gets something there."""
    with in_our_words(), httpx.Client(follow_redirects=True, timeout=ANSWER_SECONDS) as stranger:
        return stranger.get(url).is_success
