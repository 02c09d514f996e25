"""Multipart forms with one file, which goes to the disk as it comes: Starlette's reader would put it into the shared
temporary folder first."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from anyio import to_thread
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from backend.errors import InvalidRequest

MOST_PARTS = 64
MOST_TEXT_BYTES = 64 << 10
"""Of all fields and headers together."""
_EXAMPLE = "curl -F model=whisper-1 -F file=@speech.mp3 shows the form."


class Form:
    """Takes a form apart while it comes."""

    def __init__(self, boundary: bytes, target: BinaryIO, most_bytes: int) -> None:
        """Args:
        boundary: what stands between its parts.
        target: takes the content of the file.
        most_bytes: of the file.
        """
        self.fields: dict[str, list[str]] = {}
        self.file_name: str | None = None
        """As the caller calls it; None where there was no file."""
        self._target = target
        self._most_bytes = most_bytes
        self._bytes = 0
        self._parts = 0
        self._text = 0
        self._header = (bytearray(), bytearray())
        self._named: dict[bytes, bytes] = {}
        self._value = bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._keep(self._header[0], data[start:end]),
                "on_header_value": lambda data, start, end: self._keep(self._header[1], data[start:end]),
                "on_header_end": self._end_header,
                "on_part_data": self._take,
                "on_part_end": self._end,
            },
        )

    def feed(self, data: bytes) -> None:
        """Take more of the body.

        Raises:
            InvalidRequest: ``not_a_form``, ``file_too_large``.
        """
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _not_a_form() from error

    def finish(self) -> None:
        """The body has ended. Raises as `feed`."""
        try:
            self._parser.finalize()
        except FormParserError as error:
            raise _not_a_form() from error

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise _not_a_form()
        self._named, self._value = {}, bytearray()

    def _keep(self, where: bytearray, data: bytes) -> None:
        self._text += len(data)
        if self._text > MOST_TEXT_BYTES:
            raise InvalidRequest(
                "The fields of this form are too long.", hint="The recording goes into file.", code="form_too_large"
            )
        where += data

    def _end_header(self) -> None:
        name, value = self._header
        if bytes(name).lower() == b"content-disposition":
            self._named = parse_options_header(bytes(value))[1]
        self._header = (bytearray(), bytearray())

    def _take(self, data: bytes, start: int, end: int) -> None:
        if b"filename" not in self._named:
            self._keep(self._value, data[start:end])
            return
        self._bytes += end - start
        if self._bytes > self._most_bytes:
            raise InvalidRequest(
                f"The file has more than {self._most_bytes / 1e6:.0f} MB.",
                hint="Make it shorter or compress it. Whoever runs the studio can raise STUDIO_MAX_UPLOAD_BYTES.",
                code="file_too_large",
            )
        self._target.write(data[start:end])

    def _end(self) -> None:
        name = self._named.get(b"name", b"").decode(errors="replace")
        if b"filename" not in self._named:
            self.fields.setdefault(name.removesuffix("[]"), []).append(self._value.decode(errors="replace"))
        elif name != "file" or self.file_name is not None:
            raise InvalidRequest("The form takes one file, named file.", hint=_EXAMPLE, code="file_unexpected")
        else:
            self.file_name = self._named[b"filename"].decode(errors="replace")


async def read_form(request: Request, target: Path, most_bytes: int) -> Form:
    """Read the form of a request and write its file to ``target``.

    Raises:
        InvalidRequest: ``not_a_form``, ``form_too_large``, ``file_unexpected``, ``file_too_large`` or ``file_missing``.
    """
    kind, named = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in named:
        raise _not_a_form()
    with target.open("wb") as file:
        form = Form(named[b"boundary"], file, most_bytes)
        async for chunk in request.stream():
            await to_thread.run_sync(form.feed, chunk)
    form.finish()
    if form.file_name is None:
        raise InvalidRequest("The form has no file.", hint=_EXAMPLE, code="file_missing")
    return form


def _not_a_form() -> InvalidRequest:
    return InvalidRequest("The body is not a multipart form.", hint=_EXAMPLE, code="not_a_form")
