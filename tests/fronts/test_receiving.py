"""Files that are sent as they are, where there is no room for them."""

from __future__ import annotations

import asyncio
import errno
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from backend.errors import StorageError
from backend.fronts.receiving import receive_file
from backend.settings import Settings
from backend.studio import Studio


def test_a_file_for_which_the_disk_has_no_room_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"words"

    def full(**_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    with Studio(Settings(home=tmp_path)) as studio, pytest.raises(StorageError) as refused:
        asyncio.run(receive_file(studio, "words.txt", body()))
    assert refused.value.code == "disk_full"
