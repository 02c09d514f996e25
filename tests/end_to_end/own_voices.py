"""What tests of voices of one's own share: what is said in the recording, and how it is brought."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from backend.errors import StudioError
from backend.studio import Studio

LINES = (
    "The harbour master counts the boats at dawn, and writes their names in a long green book.",
    "Nobody has ever asked him why he does it.",
    "On the last page there is a drawing of a lighthouse with a yellow door.",
    "He says that the fog took it, one quiet evening in September.",
)
CONSENT = {"basis": "synthetic", "speaker": "George of Kokoro", "statement": "Nobody's voice; made by a machine."}


def bring(studio: Studio, path: Path) -> str:
    return str(studio.upload(path, path.name)["file_id"])


def upload(studio: Studio, path: Path, **changes: Any) -> Any:
    arguments = {"audio": bring(studio, path), "name": "George", "consent": CONSENT, **changes}
    return studio.call("upload_voice", arguments)


def refused(studio: Studio, operation: str, arguments: dict[str, Any]) -> StudioError:
    with pytest.raises(StudioError) as caught:
        studio.call(operation, arguments)
    error = caught.value
    assert error.code and error.message and error.hint
    assert len(str(error)) < 1500
    return error


def own(studio: Studio) -> list[str]:
    return [voice["voice_id"] for voice in studio.call("list_voices", {})["voices"] if voice["kind"] != "built_in"]
