"""Where the studio keeps everything. Standard library only: a container asks before the studio's packages are there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

VOLUMES = ("/data", "/runpod-volume", "/workspace")
"""Where Spaces and RunPod mount what outlives a container, and compose files may."""


def default_home(environment: Mapping[str, str]) -> Path:
    """A mounted volume where there is one (Spaces, RunPod), else a folder of the user's."""
    for volume in VOLUMES:
        if os.path.ismount(volume) and os.access(volume, os.W_OK):
            return Path(volume) / "voicereel"
    data = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "voicereel"
