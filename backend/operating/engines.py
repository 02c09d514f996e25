"""Operations on the machine and its engines."""

from __future__ import annotations

from typing import Any

from backend import requests
from backend.errors import NotAllowed
from backend.jobs import JobContext
from backend.operating.services import Services
from backend.services.status import describe_system
from backend.tenants import MAIN


class EngineOperations(Services):
    """Operations on the machine and its engines."""

    def _check_install_engine(self, request: requests.InstallEngine) -> None:
        self._refuse_tenants()
        self.engines.installed(request.engine)

    def _do_install_engine(self, request: requests.InstallEngine, context: JobContext) -> dict[str, Any]:
        made: dict[str, Any] = context.steps("install", lambda: self.engines.install(request.engine, context.work))
        return made

    def system_status(self, _: requests.SystemStatus) -> dict[str, Any]:
        return describe_system(
            self.settings, self._machine.store, self.engines, self.recognisers, self.ffmpeg, self.jobs
        )

    def _refuse_tenants(self) -> None:
        """Engines are everybody's; whoever runs the studio decides about them."""
        if self.tenant != MAIN:
            raise NotAllowed("Only whoever runs this studio can install or remove engines.", hint="Ask them to do it.")
