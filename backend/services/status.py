"""What ``system_status`` and the System tab show."""

from __future__ import annotations

import platform
import shutil
from typing import Any

from backend.engines import Engines
from backend.jobs import Jobs
from backend.media.ffmpeg import Ffmpeg
from backend.services.recognisers import Recognisers
from backend.services.stores import describe_store, store_warnings
from backend.settings import Settings
from backend.storage import Store

LOW_DISK_BYTES = 2_000_000_000
"""Below this a warning is shown: the weights alone are about 0.2 GB, a ten-minute 1080p video about 0.3 GB."""


def describe_system(
    settings: Settings, store: Store, engines: Engines, recognisers: Recognisers, ffmpeg: Ffmpeg, jobs: Jobs
) -> dict[str, Any]:
    """Engines, recognisers, ffmpeg, storage, database, disk and warnings. Starts nothing and shows no secret."""
    disk = shutil.disk_usage(settings.home)
    described = engines.describe()
    listening = recognisers.describe()
    storage = describe_store(settings, store)
    return {
        "python": platform.python_version(),
        "engines": described,
        "recognisers": listening,
        "ffmpeg": {"version": ffmpeg.version},
        "storage": storage,
        "database": {"kind": settings.database_kind},
        "access": {"kind": "key" if settings.keys else "this machine only"},
        "disk": {"free_bytes": disk.free, "total_bytes": disk.total},
        "jobs": jobs.counts(),
        "workers": jobs.describe_workers(),
        "warnings": [*_warnings(disk.free, described), *_unfit(listening), *store_warnings(settings, storage)],
    }


def _warnings(free: int, engines: list[dict[str, Any]]) -> list[str]:
    warnings = []
    if free < LOW_DISK_BYTES:
        warnings.append(f"Only {free / 1e9:.1f} GB of disk are free. Delete something in the Library.")
    if any(engine["engine"] == "kokoro" and engine["weights"] != "there" for engine in engines):
        warnings.append("Kokoro's weights are not there yet; they are fetched when something is first spoken.")
    return warnings


def _unfit(recognisers: list[dict[str, Any]]) -> list[str]:
    """Recognisers that somebody meant to have: what is wrong with them."""
    silent = ("", "google_not_configured", "google_not_allowed")
    return [f"{one['reason']} {one['hint']}".strip() for one in recognisers if one["code"] not in silent]
