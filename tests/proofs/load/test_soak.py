"""Jobs for hours while engines die, the disk fills, the store cannot be reached and files are damaged."""

from __future__ import annotations

import random
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from backend.media.ffmpeg import Ffmpeg
from tests.end_to_end.conftest import free_port, make_home, serve
from tests.media.faults import FAULTS
from tests.media.makers import Maker
from tests.proofs.load.calling import Caller, Refused, code_of
from tests.proofs.load.harm import break_store, fill, kill_engines, small_disk, store_faults
from tests.proofs.load.studio import KEY, Watched
from tests.proofs.scale import Scale
from tests.s3_server import KEY as S3_KEY
from tests.s3_server import SECRET, S3Server
from tests.storage.faulty import FaultyNetwork

Record = Callable[[str, Any], None]
SEED = 7
AT_ONCE = 4
DISK_MEGABYTES = 400
END_SECONDS = 300.0
"""In which every job ends once nothing is harmed any more."""
MOST_MEMORY = 100_000_000
MOST_FILES = 20
"""More of them open: what a broken connection to the store held is closed when the next one is opened."""
_SLOW_TO_MAKE = ("fifo.wav", "link.wav", "8k.mp4")


@pytest.fixture
def bad_media(tmp_path: Path, ffmpeg: Ffmpeg, scale: Scale) -> list[tuple[str, bytes]]:
    """Names and bytes of damaged and hostile files."""
    maker = Maker(tmp_path, ffmpeg)
    refused = [fault for fault in FAULTS if fault.code and fault.kind != "text" and fault.name not in _SLOW_TO_MAKE]
    return [(fault.name, fault.make(maker, fault.name).read_bytes()) for fault in refused[: scale(short=8, full=24)]]


@pytest.fixture
def soaked(tmp_path_factory: pytest.TempPathFactory, s3: S3Server) -> Iterator[tuple[Watched, FaultyNetwork, bool]]:
    """A studio on a small disk, its results in a bucket behind a network that can be harmed."""
    folder = tmp_path_factory.mktemp("soak")
    disk, port = folder / "home", free_port()
    disk.mkdir()
    (folder / "temporary").mkdir()
    with small_disk(disk, DISK_MEGABYTES) as mounted, FaultyNetwork(s3.port) as network:
        settings = {
            "STUDIO_API_KEY": KEY,
            "TMPDIR": str(folder / "temporary"),
            "S3_BUCKET": s3.bucket.name,
            "S3_PREFIX": "soak/",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{network.port}",
            "AWS_ACCESS_KEY_ID": S3_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }
        with serve(make_home(disk), port, ("-m", "tests.proofs.load.watched"), **settings) as server:
            process = psutil.Process(server.pid)
            yield Watched(f"http://127.0.0.1:{port}", disk, folder / "temporary", process), network, mounted


class Soak:
    """Submits jobs and does harm, by chance that is the same each time, until a moment has come."""

    def __init__(
        self, watched: Watched, network: FaultyNetwork, disk: bool, bad_media: list[tuple[str, bytes]]
    ) -> None:
        self._watched = watched
        self._network = network
        self._disk = disk
        self._bad_media = bad_media
        self._harming = threading.Lock()
        self.accepted: list[str] = []
        self.harm: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def run(self, seconds: float, most: int) -> None:
        """All workers at once; each does at most so many jobs."""
        until = time.monotonic() + seconds

        def work(number: int) -> None:
            chance = random.Random(SEED * 1000 + number)
            for job in range(most):
                if time.monotonic() > until:
                    return
                self._one(chance, number * 1_000_000 + job)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(work, range(AT_ONCE)))

    def _one(self, chance: random.Random, number: int) -> None:
        kind, harm = chance.random(), chance.random()
        try:
            if kind < 0.2:
                job_id = self._submit_bad(*chance.choice(self._bad_media))
            elif kind < 0.28:
                job_id = self._submit_video(number)
            else:
                job_id = self._submit_speech(number, slow=harm < 0.2)
        except Refused as refused:
            self.refused[refused.code] += 1
            return
        except urllib.error.HTTPError as error:
            self.refused[code_of(error)] += 1
            return
        self.accepted.append(job_id)
        self._hurt(harm, chance)
        if not self._ends(job_id):
            time.sleep(0.5)

    def _hurt(self, harm: float, chance: random.Random) -> None:
        """5 % of jobs lose their engine, 5 % meet a full disk, 10 % a store that fails."""
        if harm < 0.05:
            time.sleep(0.3)
            self.harm["engines killed"] += kill_engines(self._watched.process)
        elif harm < 0.10 and self._disk:
            with self._harming:
                fill(self._watched.home)
                self.harm["disks filled"] += 1
        elif harm < 0.20:
            with self._harming:
                break_store(self._network, chance.choice(store_faults(self._network)))
                self.harm["stores broken"] += 1

    def _ends(self, job_id: str) -> bool:
        """Whether it ended soon; later is looked at the end."""
        try:
            self._watched.main.ended(job_id, seconds=20.0)
        except (AssertionError, Refused):
            return False
        return True

    def _submit_speech(self, number: int, slow: bool) -> str:
        options = {"seconds_to_think": 0.5} if slow else {}
        script = f"Job {number} of a soak. It has two sentences."
        return self._watched.main.submit("generate_speech", script=script, engine="silence", options=options)

    def _submit_video(self, number: int) -> str:
        fields = {"script": f"Video {number} of a soak.", "sizes": ["128x192"], "options": {"engine": "silence"}}
        return self._watched.main.submit("generate_captioned_video", **fields)

    def _submit_bad(self, name: str, data: bytes) -> str:
        file_id = self._watched.main.put(name, data)
        self.harm["bad files taken"] += 1
        if name.endswith(".wav"):
            return self._watched.main.submit("check_voice", audio=file_id)
        return self._watched.main.submit("merge_videos", videos=[file_id, file_id])


def _all_ended(caller: Caller, job_ids: list[str]) -> Counter[str]:
    """The states of all jobs, and the codes of those that failed."""
    until, found = time.monotonic() + END_SECONDS, Counter[str]()
    for job_id in job_ids:
        status = caller.ended(job_id, seconds=max(1.0, until - time.monotonic()), look=0.5)
        found[status["state"]] += 1
        if status["error"]:
            found[f"{status['error']['code']}"] += 1
    return found


def test_every_job_comes_to_an_end_whatever_goes_wrong_beside_it(
    soaked: tuple[Watched, FaultyNetwork, bool],
    bad_media: list[tuple[str, bytes]],
    scale: Scale,
    pytestconfig: pytest.Config,
    record_property: Record,
) -> None:
    watched, network, mounted = soaked
    minutes = int(pytestconfig.getoption("--soak-minutes"))
    seconds = 60 * minutes if minutes else scale(short=60, full=180)
    soak = Soak(watched, network, mounted and scale.full, bad_media)
    Soak(watched, network, False, bad_media).run(60, most=scale(short=1, full=20))  # connections, imports, engines
    before = watched.at_rest()
    soak.run(seconds, most=scale(short=4, full=1_000_000))
    found = _all_ended(watched.main, soak.accepted)
    last = watched.main.ended(soak._submit_speech(-2, slow=False))
    after = watched.at_rest(lambda held: held.files <= before.files + MOST_FILES)
    record_property("minutes", round(seconds / 60, 1))
    record_property("jobs", len(soak.accepted))
    for name, number in sorted([*soak.harm.items(), *found.items()]):
        record_property(name.replace("_", " "), number)
    record_property("refused", ", ".join(f"{code} {number}" for code, number in sorted(soak.refused.items())))
    record_property("memory more (MB)", round((after.memory - before.memory) / 1e6, 1))
    record_property("temporary files", len(watched.leftovers()))
    assert found["done"] + found["failed"] == len(soak.accepted) > 0 and last["state"] == "done"
    unforeseen = found["internal_error"] + soak.refused["internal_error"] + soak.refused[""]
    assert unforeseen == 0, watched.unforeseen()
    assert after.zombies == 0 and watched.leftovers() == []
    assert after.files <= before.files + MOST_FILES and after.threads <= before.threads + 5
    assert after.memory - before.memory < MOST_MEMORY
