"""What callers send about files, and about results as a whole."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from backend.models import Value
from backend.requests.fields import Limit


class UploadFile(Value):
    """Keep a file so that other operations can use it."""

    file: str
    """The uploaded file (the front keeps it and puts its file_id here); on the command line a path."""


class FileRequest(Value):
    """One file."""

    file_id: str
    """The file."""


class DownloadFile(FileRequest):
    """A fresh link to a file, for another hour."""


class DeleteFile(FileRequest):
    """Delete an uploaded file for good."""


class FileStatus(FileRequest):
    """Whether a file is there."""


class Share(Value):
    """Make a page that plays a file for whoever has its link, until it ends or is taken back."""

    file_id: str
    """Audio, a video or a picture: of a result, or uploaded."""
    days: Annotated[int, Field(ge=1, le=365)] = 7
    """After so many days the page ends."""


class Unshare(Value):
    """Take a shared page back, at once."""

    share_id: str
    """What ``share`` called it."""


class MakeAgain(Value):
    """Make a result once more, from its manifest: the same plan, seeds and inputs."""

    manifest: str | dict[str, Any]
    """The manifest itself, the file_id of a manifest that was uploaded, or the id or a file_id of the result."""


class Estimate(Value):
    """Say what an operation would take, without starting anything."""

    operation: str
    """Its name."""
    arguments: dict[str, Any] = Field(default_factory=dict)
    """Its arguments."""


class ListFiles(Value):
    """The newest uploaded files."""

    prefix: str = ""
    """Start of the file's original name."""
    limit: Limit = 100
    """At most so many."""
