"""What is heard while captions are read."""

from __future__ import annotations

from backend.errors import InvalidRequest
from backend.models import Captions
from backend.services.narrations import Narrations
from backend.storage.artifacts import Artifacts


def sound_of(captions: Captions, media: str | None, narrations: Narrations, artifacts: Artifacts) -> str:
    """The file_id of the narration that captions were made of, as it is now; of others it is ``media``.

    Raises:
        InvalidRequest: ``no_sound``.
        NotFound: the narration is gone.
    """
    if captions.narration_id is not None:
        newest = int(artifacts.manifest(captions.narration_id)["version"])
        return narrations.wave(captions.narration_id, newest).file_id
    if not media:
        raise InvalidRequest(
            "There is no sound to go by.",
            hint="Give the recording as media; on the page, open it on the stage first.",
            code="no_sound",
        )
    return media
