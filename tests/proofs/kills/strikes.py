"""Where steps of jobs begin and end, seen from outside of the product: DBOS's steps and the way into an operation are
wrapped, each boundary that a job passes is noted, and at the one that is planned for a job the process kills itself.

The boundaries of a job, in order: ``begun``; for each step ``done NAME`` (it has ended, but that is not written down
yet) and ``recorded NAME``; ``made`` (all has ended, but the job's outcome is not written down yet).
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbos import DBOS

from backend.jobs import JobContext
from backend.studio import Studio

PLAN, MARKS = "plan.json", "marks"
STRUCK = "struck"


class Strikes:
    """Notes boundaries in a folder and strikes as the plan there says: ``{job_id: boundary}``."""

    def __init__(self, folder: Path) -> None:
        self._marks = folder / MARKS
        self._plan: dict[str, str] = json.loads((folder / PLAN).read_text())

    def passes(self, job_id: str, boundary: str) -> None:
        """Note it; the first time it is the planned one, do not return."""
        self._note(job_id, boundary)
        if self._plan.get(job_id) == boundary and (job_id, STRUCK) not in marks(self._marks.parent):
            self._note(job_id, STRUCK)
            os.kill(os.getpid(), signal.SIGKILL)

    def _note(self, job_id: str, word: str) -> None:
        with self._marks.open("a") as file:
            file.write(f"{job_id} {word}\n")


def marks(folder: Path) -> list[tuple[str, str]]:
    """Each boundary that was passed, with the job, in order."""
    path = folder / MARKS
    lines = path.read_text().splitlines() if path.exists() else []
    return [(job_id, word) for job_id, _, word in (line.partition(" ") for line in lines)]


def install(folder: Path) -> None:
    """From now on, in this process."""
    strikes, run_step, run = Strikes(folder), DBOS.run_step, Studio._run

    def watched_step(options: Any, action: Callable[..., Any], *given: Any) -> Any:
        job_id, name = str(DBOS.workflow_id), options["name"]

        def watched(*given: Any) -> Any:
            made = action(*given)
            strikes.passes(job_id, f"done {name}")
            return made

        made = run_step(options, watched, *given)
        strikes.passes(job_id, f"recorded {name}")
        return made

    def watched_run(self: Studio, name: str, arguments: dict[str, Any], context: JobContext) -> dict[str, Any]:
        strikes.passes(context.job_id, "begun")
        made = run(self, name, arguments, context)
        strikes.passes(context.job_id, "made")
        return made

    setattr(DBOS, "run_step", staticmethod(watched_step))  # noqa: B010 - it is a method of the class elsewhere
    setattr(Studio, "_run", watched_run)  # noqa: B010
