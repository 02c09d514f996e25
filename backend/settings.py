"""All settings, read from the environment once. The only reader of ``os.environ`` in the project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.errors import InvalidRequest

PROJECT = Path(__file__).resolve().parent.parent
_VOLUMES = ("/data", "/runpod-volume", "/workspace")


def _default_home() -> Path:
    """A mounted volume where there is one (Spaces, RunPod), else a folder of the user's."""
    for volume in _VOLUMES:
        if os.path.ismount(volume) and os.access(volume, os.W_OK):
            return Path(volume) / "voicereel"
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "voicereel"


class Settings(BaseSettings):
    """What the environment says, each as ``STUDIO_<NAME>`` unless said otherwise. Frozen."""

    model_config = SettingsConfigDict(env_prefix="STUDIO_", frozen=True, extra="ignore", env_ignore_empty=True)

    home: Path = Field(default_factory=_default_home)
    """Weights, engine environments, results and the database live here."""
    database_url: str = ""
    """Jobs database; empty means SQLite under ``home``."""
    host: str = "127.0.0.1"
    port: int = Field(7860, ge=0, le=65535)
    public_url: str = ""
    """Where visitors reach the studio, for links; empty means ``http://127.0.0.1:<port>``."""
    ffmpeg: Path | None = None
    """ffmpeg to use; else the one on PATH, else the one in the imageio-ffmpeg wheel."""
    weights_folder: Path | None = None
    """A folder with model files that is looked in before anything is fetched."""
    hub_offline: bool = Field(False, validation_alias=AliasChoices("STUDIO_HUB_OFFLINE", "HF_HUB_OFFLINE"))
    """Never ask the Hugging Face hub."""
    device: Literal["auto", "cuda", "mps", "cpu"] = "auto"
    """Where engines run that can use a graphics card; ``auto`` looks for one."""
    max_upload_bytes: int = Field(600_000_000, ge=1)
    engine_idle_seconds: float = Field(600.0, gt=0)
    """An engine that was not used for this long is unloaded."""

    @property
    def models_folder(self) -> Path:
        """Fetched weights."""
        return self.home / "models"

    @property
    def engines_folder(self) -> Path:
        """Environments of engines that cannot share the studio's."""
        return self.home / "engines"

    @property
    def store_folder(self) -> Path:
        """Results, when the store is local."""
        return self.home / "store"

    @property
    def takes_folder(self) -> Path:
        """Takes, by content hash."""
        return self.home / "takes"

    @property
    def voices_folder(self) -> Path:
        """Voices people made here: recordings, consent and all. May lie on a file system that machines share."""
        return self.home / "voices"

    @property
    def work_folder(self) -> Path:
        """Jobs' own folders; emptied when they end."""
        return self.home / "work"

    @property
    def uploads_folder(self) -> Path:
        """Where a browser's uploads land before the studio takes them."""
        return self.home / "incoming"

    @property
    def run_folder(self) -> Path:
        """Locks that tell which processes live."""
        return self.home / "run"

    @property
    def jobs_database(self) -> str:
        """URL of the jobs database."""
        return self.database_url or f"sqlite:///{self.home / 'jobs.db'}"

    @property
    def base_url(self) -> str:
        """Start of every link, without a slash at its end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    def refuse_open_door(self) -> None:
        """Refuse to listen where strangers can reach the page: it has no login yet.

        Raises:
            InvalidRequest: ``open_door``, with the safe ways.
        """
        if self.host not in ("127.0.0.1", "localhost", "::1"):
            raise InvalidRequest(
                f"The studio does not listen on {self.host}: anyone there could use it and read its results.",
                hint="Leave STUDIO_HOST unset and reach it through an SSH tunnel (ssh -L 7860:127.0.0.1:7860 machine), "
                "or put a proxy that asks for a login in front of it and set STUDIO_PUBLIC_URL.",
                code="open_door",
            )

    @property
    def served_hosts(self) -> tuple[str, ...]:
        """Host names that requests may be addressed to; others are a rebinding attack or a mistake."""
        public = urlsplit(self.public_url).hostname if self.public_url else None
        return ("127.0.0.1", "localhost", "[::1]", *([public] if public else []))
