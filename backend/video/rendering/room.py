"""Whether there is room on the disk for what is to be made."""

from __future__ import annotations

import shutil
from pathlib import Path

from backend.errors import MediaFailed

_SPARE_BYTES = 200_000_000


def check_room(folder: Path, needed: float) -> None:
    """Refuse to begin what will not fit.

    Args:
        needed: bytes.

    Raises:
        MediaFailed: ``disk_full``.
    """
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE_BYTES:
        raise MediaFailed(
            f"There is not enough room on the disk: about {needed / 1e9:.1f} GB are needed, {free / 1e9:.1f} GB free.",
            hint="Delete what is no longer needed in the Library, or free some space.",
            code="disk_full",
        )
