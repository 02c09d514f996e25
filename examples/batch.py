"""A CSV of scripts becomes as many videos (or narrations): several at once, and resumed where it was stopped.

    python batch.py scripts.csv results --make video --at-once 4

The CSV needs a column ``script``. A column ``name`` names the file; any other column is a field of the operation, e.g.
voice, captions_style, sizes (as JSON: ["1080x1920"]); empty cells have the default. Run it again whatever went wrong:
what is done stays, what was accepted is found again, what was refused is tried anew. results/results.csv says what
became of each row.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from studio import Refused, Studio, options, run, save

OPERATIONS = {"video": "generate_captioned_video", "speech": "generate_speech"}
COLUMNS = ("row", "name", "state", "attempt", "job_id", "file", "seconds", "problem")


def main() -> None:
    parser = options("A CSV of scripts becomes videos or narrations.")
    parser.add_argument("table", type=Path, help="CSV with a column 'script'")
    parser.add_argument("folder", type=Path, help="where the results go")
    parser.add_argument("--make", choices=OPERATIONS, default="video")
    parser.add_argument("--at-once", type=int, default=4, help="jobs in flight; the studio queues what is too much")
    given = parser.parse_args()

    rows = read(given.table)
    results = Results(given.folder / "results.csv")
    todo = [(number, row) for number, row in enumerate(rows, 1) if not results.done(number, given.folder)]
    print(f"{len(rows)} rows, {len(rows) - len(todo)} done before")
    connect(given.url, given.key)  # here first: a wrong key is told once, before anything else
    with ThreadPoolExecutor(given.at_once, initializer=lambda: connect(given.url, given.key)) as pool:
        running = {
            pool.submit(make, given.make, row, results.attempt(number), given.folder, number): number
            for number, row in todo
        }
        for ended in as_completed(running):
            number = running[ended]
            line = results.keep(number, rows[number - 1], ended.result())
            print(f"{number:>4}  {line['state']:<7} {line['file'] or line['problem']}", flush=True)
    if failed := results.failed():
        raise SystemExit(f"{failed} of {len(rows)} failed; run it again to try those anew.")


_mine = threading.local()


def connect(url: str, key: str) -> None:
    """Each thread has a connection of its own."""
    _mine.studio = Studio(url, key)


def read(table: Path) -> list[dict[str, str]]:
    with table.open(newline="", encoding="utf-8-sig") as file:  # -sig: as Excel writes it
        rows = list(csv.DictReader(file))
    if not rows or "script" not in rows[0]:
        raise SystemExit(f"{table} has no column 'script'.")
    return rows


def make(kind: str, row: dict[str, str], attempt: int, folder: Path, number: int) -> dict[str, Any]:
    """Have one row made and fetched; what becomes of it, for the table of results."""
    fields = {name: value_of(name, cell) for name, cell in row.items() if name and name != "name" and cell}
    told: dict[str, Any] = {"attempt": attempt}
    studio: Studio = _mine.studio
    try:
        told["job_id"] = studio.submit(OPERATIONS[kind], fields, key_of(kind, fields, attempt))
        made = studio.follow(told["job_id"])
        link = made["audio"] if kind == "speech" else made["videos"][0]["file"]
        seconds = made["duration"] if kind == "speech" else made["videos"][0]["duration"]
        file = save(link, folder / file_name(number, row, link["name"]))
    except (Refused, OSError) as problem:  # OSError: the line broke; the job goes on and is found by its key
        return {**told, "state": "refused" if isinstance(problem, Refused) else "unfinished", "problem": str(problem)}
    return {**told, "state": "done", "file": file.name, "seconds": seconds}


def value_of(name: str, cell: str) -> Any:
    """A cell as a field: text as it is for script and voice, else JSON where it is JSON (numbers, lists)."""
    if name in ("script", "voice"):
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def key_of(kind: str, fields: dict[str, Any], attempt: int) -> str:
    """The same for the same row: sent again, it is the same job."""
    whole = json.dumps([kind, fields, attempt], sort_keys=True, ensure_ascii=False)
    return "batch-" + hashlib.sha256(whole.encode()).hexdigest()


def file_name(number: int, row: dict[str, str], given: str) -> str:
    plain = re.sub(r"[^\w-]+", "-", row.get("name") or "").strip("-")[:60]
    return f"{number:04}{'-' + plain if plain else ''}{Path(given).suffix}"


class Results:
    """The table of results; on the disk after each row, so that it can be resumed from any moment."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: dict[int, dict[str, Any]] = {}
        if path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                self._lines = {int(line["row"]): dict(line) for line in csv.DictReader(file)}

    def done(self, number: int, folder: Path) -> bool:
        line = self._lines.get(number, {})
        return line.get("state") == "done" and (folder / line["file"]).exists()

    def attempt(self, number: int) -> int:
        """Which attempt at a row this is: a new one after it was refused, else the one that was begun."""
        line = self._lines.get(number, {})
        return int(line.get("attempt") or 1) + (line.get("state") == "refused")

    def keep(self, number: int, row: dict[str, str], told: dict[str, Any]) -> dict[str, Any]:
        line = {**dict.fromkeys(COLUMNS, ""), "row": number, "name": row.get("name", ""), **told}
        self._lines[number] = line
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        with part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(self._lines[each] for each in sorted(self._lines))
        part.replace(self._path)
        return line

    def failed(self) -> int:
        return sum(line["state"] != "done" for line in self._lines.values())


run(main)
