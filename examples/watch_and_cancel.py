"""A long job is watched; Ctrl-C (or --cancel-after) stops it for good, --leave lets it run on without us.

python watch_and_cancel.py book.txt
python watch_and_cancel.py --job job_01k…        take up a job that was left
"""

from __future__ import annotations

import time
from pathlib import Path

from studio import Refused, Studio, options, run, save


def main() -> None:
    parser = options("A long job is watched and can be stopped.")
    parser.add_argument("text", type=Path, nargs="?", help="a file with what is to be said")
    parser.add_argument("--job", help="a job to take up")
    parser.add_argument("--engine", default="auto", help="auto takes the voice's own")
    parser.add_argument("--leave", action="store_true", help="start it, print its id, and go")
    parser.add_argument("--cancel-after", type=float, metavar="SECONDS", help="stop it when it has run for so long")
    parser.add_argument("--save", type=Path, default=Path("narration.wav"))
    given = parser.parse_args()
    if bool(given.text) == bool(given.job):
        parser.error("give a file with a text, or --job")

    studio = Studio(given.url, given.key)
    job_id = given.job or studio.submit(
        "generate_speech", {"script": given.text.read_text(encoding="utf-8"), "engine": given.engine}
    )
    print(job_id)
    if given.leave:
        return
    try:
        watch(studio, job_id, given.cancel_after)
    except KeyboardInterrupt:
        stop(studio, job_id)
    try:
        narration = studio.call("job_result", job_id=job_id)
    except Refused as refused:
        if refused.code != "cancelled":
            raise
        print("It was cancelled; nothing is left of it.")
        return
    print(f"{save(narration['audio'], given.save)}: {narration['duration']:.1f} s")


def watch(studio: Studio, job_id: str, cancel_after: float | None) -> None:
    """Say what goes on, as often as it changes, until the job has ended."""
    said = ""
    while (status := studio.call("job_status", job_id=job_id))["state"] in ("queued", "running"):
        ahead = f", {status['queue_position']} before it" if status["queue_position"] else ""
        left = f", about {status['seconds_left']:.0f} s left" if status["seconds_left"] else ""
        now = f"{status['state']} {status['progress']:4.0%}  {status['message']}{ahead}{left}"
        if now != said:
            said = now
            print(now, flush=True)
        if cancel_after is not None and status["state"] == "running":
            time.sleep(cancel_after)
            stop(studio, job_id)
        time.sleep(0.2)
    print(status["state"])


def stop(studio: Studio, job_id: str) -> None:
    print(f"\nStopping: {studio.call('cancel_job', job_id=job_id)['state']}")


run(main)
