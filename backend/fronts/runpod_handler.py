"""RunPod serverless: ``{"input": {"operation": NAME, …fields}}`` runs an operation, its result is the job's output.

    python -m backend.fronts.runpod_handler                    as RunPod starts it
    python -m backend.fronts.runpod_handler --rp_serve_api     the SDK's own server for trying it out

A long operation is a job of the studio's under RunPod's job id, so one that is delivered twice runs once. A result
holds links, never files. What goes wrong is the job's ``error``: the JSON text of ``{"code", "message", "hint"}``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from backend.errors import EngineDied, EngineOutOfMemory, InvalidRequest, StudioError, WorkerUnfit
from backend.fronts.following import run
from backend.fronts.older_envelopes import unwrap
from backend.services.doctor import first_fault
from backend.settings import Settings
from backend.studio import Studio

_log = logging.getLogger(__name__)
_BROKEN = tuple(kind.default_code for kind in (EngineDied, EngineOutOfMemory))
"""After these the machine itself may be what is broken: RunPod is asked for a fresh one."""

Tell = Callable[[Mapping[str, Any], dict[str, Any]], None]
"""Is told how far a job is: the job, and ``{"progress", "message"}``."""


class Handler:
    """What RunPod's SDK calls with each job."""

    def __init__(self, studio: Studio, tell: Tell) -> None:
        """Args:
        studio: one that takes jobs.
        tell: hands progress on to whoever asks RunPod for the job's status.
        """
        self._studio = studio
        self._tell = tell

    async def __call__(self, job: Mapping[str, Any]) -> Any:
        """Run one job.

        Args:
            job: ``{"id", "input"}``.

        Returns:
            The operation's result, or ``{"error": …}``, with ``refresh_worker`` where the machine may be broken.

        Raises:
            asyncio.CancelledError: RunPod stopped the job; so did we.
        """
        try:
            return await self._run(job)
        except StudioError as error:
            answer: dict[str, Any] = {"error": json.dumps(error.to_dict(), ensure_ascii=False)}
            return {**answer, "refresh_worker": True} if error.code in _BROKEN else answer
        except Exception:  # noqa: BLE001 - a front; RunPod would show the caller a traceback and the machine's name
            _log.exception("RunPod's job %s failed", job.get("id"))
            return {"error": json.dumps(_INTERNAL, ensure_ascii=False)}

    async def _run(self, job: Mapping[str, Any]) -> Any:
        name, arguments = unwrap(job.get("input"))
        if not isinstance(name, str):
            raise InvalidRequest(
                "The input names no operation.",
                hint='Send {"input": {"operation": "generate_speech", "script": "Hello."}}.',
                code="operation_missing",
            )

        async def tell(fraction: float, message: str) -> None:
            self._tell(job, {"progress": fraction, "message": message})

        return await run(self._studio, name, arguments, tell, f"runpod {job['id']}")


_INTERNAL = {
    "code": "internal_error",
    "message": "Something went wrong inside the worker.",
    "hint": "Its log says what; send the job again.",
}


def refuse_unreachable_results(settings: Settings) -> None:
    """Refuse to work where nobody could open what is made: a serverless worker has no address of its own.

    Raises:
        InvalidRequest: ``store_needed``.
    """
    if settings.endpoint_id and not settings.s3.configured:
        raise InvalidRequest(
            "This worker has nowhere to put results: nobody can open files on a serverless machine.",
            hint="Set S3_BUCKET and the AWS_* variables of any S3-compatible store on the endpoint.",
            code="store_needed",
        )


def refuse_unfit(studio: Studio) -> None:
    """Refuse to take jobs on a machine that cannot do them.

    Raises:
        WorkerUnfit: with what is wrong.
    """
    fault = first_fault(studio.settings, studio.engines)
    if fault:
        raise WorkerUnfit(f"{fault.what}: {fault.said}", hint=fault.hint)


def main() -> None:
    """Take RunPod's jobs until it says stop.

    Raises:
        StudioError: the studio cannot start.
    """
    import runpod  # here: its environment is RunPod's alone
    from runpod.serverless.modules.rp_logger import RunPodLogger

    # By itself the SDK logs all that a handler returns: links that open without credentials.
    RunPodLogger().set_level("INFO")
    settings = Settings()
    refuse_unreachable_results(settings)
    with Studio(settings) as studio:
        studio.start()

        @runpod.serverless.register_fitness_check  # type: ignore[untyped-decorator]  # the SDK has no types
        def can_work() -> None:
            refuse_unfit(studio)

        runpod.serverless.start({"handler": Handler(studio, runpod.serverless.progress_update)})


if __name__ == "__main__":
    try:
        main()
    except StudioError as error:
        raise SystemExit(str(error)) from error
