"""Media that callers name by an address: fetched through the guard, checked and kept like an upload."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel

from backend.errors import InvalidRequest, QuotaExceeded
from backend.ids import derived_id
from backend.layers import with_layer_files
from backend.outside import Guard, is_url
from backend.services.scratch import Scratch
from backend.services.uploads import KNOWN_TYPES, Uploads
from backend.storage.names import MEDIA_TYPES

SECONDS = 300.0
"""For one file, all of it."""
AT_ONCE = 4
"""Files that one process fetches; addresses that hang leave room for everybody's other work."""
_WAIT_SECONDS = 10.0
_OTHER_TYPES = {
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/x-flac": "flac",
    "audio/x-m4a": "m4a",
    "audio/mp3": "mp3",
}

Request = TypeVar("Request", bound=BaseModel)


class UrlInputs:
    """Puts file ids where a request names addresses."""

    def __init__(self, guard: Guard, *, allowed: bool, most_bytes: int) -> None:
        """Args:
        guard: which addresses are connected to.
        allowed: whether any is.
        most_bytes: of one file.
        """
        self._guard, self._allowed, self._most_bytes = guard, allowed, most_bytes
        self._slots = threading.BoundedSemaphore(AT_ONCE)

    def take(self, request: Request, media: tuple[str, ...], keep: Callable[[str], str]) -> Request:
        """The request with every address in its media fields fetched.

        Args:
            keep: fetches an address and returns the id of the file that was kept.

        Raises:
            InvalidRequest: ``url_inputs_off``.
        """
        given = {name: getattr(request, name) for name in media}
        options, over = getattr(request, "options", None), list[Any]()
        with_layer_files(options, over.append)
        if not any(is_url(text) for value in (*given.values(), over) for text in _texts(value)):
            return request
        if not self._allowed:
            raise InvalidRequest(
                "This studio fetches nothing from addresses.",
                hint="Upload the file and use its file_id. Whoever runs the studio can set STUDIO_ALLOW_URL_INPUTS=1.",
                code="url_inputs_off",
            )
        fetched = {name: _replaced(value, keep) for name, value in given.items()}
        if over:
            fetched["options"] = with_layer_files(options, lambda value: _replaced(value, keep))
        return request.model_copy(update=fetched)

    def keep(self, url: str, source: str, scratch: Scratch, uploads: Uploads, quota: Callable[[int], None]) -> str:
        """Fetch one address; returns the id of the kept file. The same source and address are the same file, once.

        Args:
            source: id of the job, or of the call, that the file is for.
            quota: refuses a file of so many bytes that is too much for its owner.

        Raises:
            QuotaExceeded: ``too_many_fetches``.
            AddressRefused, AddressFailed, InvalidRequest, MediaRejected
        """
        from backend.outside.asking import fetch  # here: its library is for those who use it

        owner = derived_id("up", source, url)
        if there := uploads.kept_as(owner):
            return there
        if not self._slots.acquire(timeout=_WAIT_SECONDS):
            raise QuotaExceeded(
                f"{AT_ONCE} files are being fetched from addresses already.",
                hint="Try again in a moment, or upload the file.",
                code="too_many_fetches",
            )
        try:
            with scratch.folder() as folder:
                path = folder / "fetched"
                fetched = fetch(self._guard, url, path, self._most_bytes, SECONDS)
                quota(path.stat().st_size)
                return uploads.add(path, _name(url, fetched.url, fetched.media_type), owner).file_id
        finally:
            self._slots.release()


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [text for text in values if isinstance(text, str)]


def _replaced(value: Any, keep: Callable[[str], str]) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_replaced(item, keep) for item in value)
    return keep(value) if isinstance(value, str) and is_url(value) else value


def _name(url: str, final: str, media_type: str) -> str:
    """What the file is called: as the address says where that ends in a type we know, else typed by its server."""
    names = [unquote(Path(urlsplit(address).path).name) for address in (url, final)]
    for name in names:
        if Path(name).suffix.lower().removeprefix(".") in KNOWN_TYPES:
            return name
    by_type = {known: ending for ending, known in reversed(MEDIA_TYPES.items())} | _OTHER_TYPES
    return f"{Path(names[0]).stem or 'file'}.{by_type.get(media_type, 'unknown')}"
