"""What all values are, and links to files."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """The base of all values: frozen, and unknown fields are an error."""

    # Most are never used by a process: their validators are built when they first are, not at every start.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class FileLink(Value):
    """A file anyone can open until the link ends."""

    file_id: str
    """What other operations take to use the file again."""
    url: str
    """Needs no credentials."""
    expires_at: str
    """When the link ends, ISO 8601 in UTC; ``download_file`` makes a fresh one."""
    bytes: int
    """Size."""
    media_type: str
    """E.g. ``audio/wav``."""
    name: str
    """What a browser saves it as."""
