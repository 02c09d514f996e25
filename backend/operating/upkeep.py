"""Operations that keep a studio well for months."""

from __future__ import annotations

from typing import Any

from backend import requests
from backend.jobs import JobContext
from backend.operating.services import Services


class UpkeepOperations(Services):
    """Operations that keep a studio well for months."""

    def storage_usage(self, _: requests.StorageUsage) -> dict[str, Any]:
        return {**self._room.usage(), "most_bytes": self._quota.most_bytes}

    def free_storage(self, request: requests.FreeStorage) -> dict[str, Any]:
        return self._room.free(request)

    def _check_check_library(self, request: requests.CheckLibrary) -> None:
        """Everything can be looked at."""

    def _do_check_library(self, request: requests.CheckLibrary, context: JobContext) -> dict[str, Any]:
        report: dict[str, Any] = context.steps("look", lambda: self._checking.run(request, context.work))
        return report
