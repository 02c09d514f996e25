"""What stays of an upload that did not come to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from gradio.route_utils import GradioMultiPartParser
from starlette.datastructures import FormData, Headers
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect

from backend.errors import InvalidRequest
from ui.received import leave_nothing_of_broken_uploads, received

HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n'


def parse(folder: Path, *pieces: bytes, leaves: bool = False) -> FormData:
    async def sent() -> AsyncGenerator[bytes, None]:
        for piece in pieces:
            yield piece
        if leaves:
            raise ClientDisconnect

    headers = Headers({"content-type": "multipart/form-data; boundary=b"})
    leave_nothing_of_broken_uploads()
    leave_nothing_of_broken_uploads()  # the page may be built more than once
    parser = GradioMultiPartParser(headers, sent(), upload_dir=folder, max_file_size=1000)
    return asyncio.run(parser.parse())


def test_a_whole_upload_is_there(tmp_path: Path) -> None:
    form = parse(tmp_path, HEAD, b"sound", b"\r\n--b--\r\n")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"sound"]
    for file in form.getlist("files"):
        assert not isinstance(file, str)
        file.file.close()


def test_nothing_stays_when_the_sender_leaves_in_the_middle(tmp_path: Path) -> None:
    with pytest.raises(ClientDisconnect):
        parse(tmp_path, HEAD, b"sound", leaves=True)
    assert list(tmp_path.iterdir()) == []


def test_nothing_stays_of_a_file_that_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(MultiPartException):
        parse(tmp_path, HEAD, bytes(2000), b"\r\n--b--\r\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "gone.wav", "x" * 300, "x\0y", "../outside.wav"])
def test_a_path_of_nothing_that_was_uploaded_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    (tmp_path / "outside.wav").touch()
    (uploads / "there.wav").touch()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(uploads))
    assert received(str(uploads / "there.wav")) == uploads / "there.wav"
    with pytest.raises(InvalidRequest) as caught:
        received(f"{uploads}/{name}")
    assert caught.value.code == "not_uploaded"
