"""A new machine without hub and registry gets weights and environments from a mirror in a bucket, and nothing wrong."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backend.engines import ENGINES, Engines, SpeakRequest
from backend.engines.environments import Environments
from backend.engines.mirror import Mirror
from backend.engines.mirroring import fill
from backend.engines.weights import WEIGHTS, Places, Weights, ensure
from backend.errors import Cancelled, EngineNotBuilt, InvalidRequest, WeightsUnavailable
from backend.services.stores import open_mirror
from backend.settings import S3Settings, Settings
from backend.storage import LocalStore, Store
from backend.storage.s3 import S3Store
from backend.work import Cancel, Work
from tests.engines.real import make_reference, make_weights
from tests.engines.test_weights import CONTENT, digest, weights_of
from tests.s3_server import S3Server
from tests.storage.faulty import FaultyNetwork
from tests.voices.test_shared import break_down

TINY = replace(ENGINES["f5"], name="tiny", environment="small", weights="tiny")
MANY = {**CONTENT, "model.bin": secrets.token_bytes(3_000_000)}


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A folder that has all files of the weights."""
    for name, data in CONTENT.items():
        path = tmp_path / "given" / "tiny" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "given"


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """The requirements of a small environment."""
    (tmp_path / "code" / "small").mkdir(parents=True)
    (tmp_path / "code" / "small" / "requirements.txt").write_text("six==1.17.0\n")
    return tmp_path / "code"


@pytest.fixture(params=["folder", pytest.param("s3", marks=pytest.mark.s3)])
def open_store(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Store]:
    if request.param == "folder":
        return lambda: LocalStore(tmp_path / "bucket")
    bucket = replace(request.getfixturevalue("s3").bucket, prefix=f"mirror-{secrets.token_hex(6)}/")
    return lambda: S3Store(bucket)


@pytest.fixture
def mirror(open_store: Callable[[], Store], given: Path, code: Path, tmp_path: Path) -> Mirror:
    """Filled by a machine that has everything."""
    made = Mirror(open_store)
    sent = filled(made, given, code, tmp_path)
    assert sent["weights_bytes"] == sum(map(len, CONTENT.values())) and sent["packages_bytes"] > 5_000
    return made


def filled(mirror: Mirror, given: Path, code: Path, tmp_path: Path) -> dict[str, int]:
    places = Places(tmp_path / "first" / "models", given, hub_offline=True, mirror=mirror)
    environments = Environments(tmp_path / "first" / "engines", code)
    (sent,) = fill([TINY], places, environments, {"tiny": weights_of(CONTENT)}, Work())
    return sent


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new machine: nothing cached, and neither hub nor registry within reach. Its folder."""
    for name in ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")
    for name in ("UV_FIND_LINKS", "PIP_FIND_LINKS"):
        monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    (tmp_path / "nowhere").mkdir()
    monkeypatch.setenv("UV_HTTP_TIMEOUT", "1")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "new"


def test_a_new_machine_has_weights_and_packages_from_the_mirror_alone(mirror: Mirror, alone: Path, code: Path) -> None:
    said: list[float] = []
    work = Work(lambda fraction, *_, **__: said.append(fraction))
    place = ensure(weights_of(CONTENT), Places(alone / "models", hub_offline=True, mirror=mirror), work)
    assert {name: (place / name).read_bytes() for name in CONTENT} == CONTENT
    assert said == sorted(said)
    with pytest.raises(EngineNotBuilt):
        Environments(alone / "without", code).install("small", Work())
    environments = Environments(alone / "engines", code, mirror)
    environments.install("small", Work())
    assert environments.installed("small")
    python = environments.python("small")
    assert list(python.parent.parent.glob("lib/*/site-packages/six.py"))
    assert [path.name for path in (alone / "engines" / "small").iterdir()] == [python.parent.parent.name]
    assert [path.name for path in (alone / "models").rglob("*") if path.name.endswith(".unfinished")] == []


def test_filling_again_sends_nothing(mirror: Mirror, given: Path, code: Path, tmp_path: Path) -> None:
    assert filled(mirror, given, code, tmp_path) == {"engine": "tiny", "weights_bytes": 0, "packages_bytes": 0}


def test_what_was_changed_in_the_mirror_is_refused(
    mirror: Mirror, open_store: Callable[[], Store], alone: Path, code: Path
) -> None:
    store = open_store()
    for folder in ("weights/", "wheels/"):
        for key in store.list(folder):
            store.put_bytes(key, b"something else", "application/octet-stream")
    with pytest.raises(WeightsUnavailable) as caught:
        ensure(weights_of(CONTENT), Places(alone / "models", hub_offline=True, mirror=mirror), Work())
    assert "private mirror" in caught.value.message and digest(CONTENT["model.bin"]) in caught.value.message
    environments = Environments(alone / "engines", code, mirror)
    with pytest.raises(EngineNotBuilt):
        environments.install("small", Work())
    assert list((alone / "engines" / "small").iterdir()) == []


def test_other_requirements_are_not_taken_from_the_mirror(mirror: Mirror, alone: Path, code: Path) -> None:
    (code / "small" / "requirements.txt").write_text("six==1.16.0\n")
    with pytest.raises(EngineNotBuilt):
        Environments(alone / "engines", code, mirror).install("small", Work())


def test_without_a_mirror_there_is_nothing_to_fill(tmp_path: Path, given: Path, code: Path) -> None:
    places = Places(tmp_path / "models", given, hub_offline=True)
    with pytest.raises(InvalidRequest) as caught:
        fill([TINY], places, Environments(tmp_path / "engines", code), {"tiny": weights_of(CONTENT)}, Work())
    assert caught.value.code == "no_mirror"


# ------------------------------------------------------------ where it is


def bucket_of(home: Path, mirror: str, **s3: str) -> str | None:
    made = open_mirror(Settings(home=home, mirror=mirror, s3=S3Settings.model_validate(s3)))
    if made is None:
        return None
    store = made._open_store()
    assert isinstance(store, S3Store)
    return f"{store.bucket.name}/{store.bucket.prefix}"


def test_the_mirror_is_in_the_bucket_of_results_or_where_it_is_said_to_be(tmp_path: Path) -> None:
    results = {"bucket": "results", "prefix": "mine/"}
    assert bucket_of(tmp_path, "", **results) == "results/mine/mirror/"
    assert bucket_of(tmp_path, "s3://models", **results) == "models/"
    assert bucket_of(tmp_path, "s3://models/a/b", bucket="") == "models/a/b/"
    assert bucket_of(tmp_path, "off", **results) is None
    assert bucket_of(tmp_path, "", bucket="") is None
    for wrong in ("models", "https://models/x", "s3://", "s3://A B/x", "s3://models/UP"):
        with pytest.raises(InvalidRequest) as caught:
            bucket_of(tmp_path, wrong, **results)
        assert caught.value.code == "store_settings"


# ------------------------------------------------------------ a network that breaks


@pytest.fixture
def behind(s3: S3Server, tmp_path: Path) -> Callable[[FaultyNetwork], tuple[Mirror, Weights]]:
    def make(network: FaultyNetwork) -> tuple[Mirror, Weights]:
        bucket = replace(s3.bucket, prefix=f"mirror-{secrets.token_hex(6)}/")
        store = S3Store(bucket)
        store.put_bytes(f"weights/{digest(MANY['model.bin'])}.bin", MANY["model.bin"], "application/octet-stream")
        store.close()
        through = replace(bucket, endpoint=f"http://127.0.0.1:{network.port}")
        return Mirror(lambda: S3Store(through)), weights_of({"model.bin": MANY["model.bin"]})

    return make


@pytest.mark.s3
@pytest.mark.parametrize("fault", ["refuse", "cut", "hang", "skewed"])
def test_a_mirror_that_breaks_off_is_named_and_the_next_source_is_asked(
    s3: S3Server,
    behind: Callable[[FaultyNetwork], tuple[Mirror, Weights]],
    tmp_path: Path,
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(S3Store._client, "__defaults__", (0.5,))  # seconds, for a service that hangs
    with FaultyNetwork(s3.port) as network:
        mirror, weights = behind(network)
        break_down(network, fault)
        if fault == "cut":  # not in the list of what there is, but in the file
            network.cut_after(received=100_000)
        with pytest.raises(WeightsUnavailable) as caught:
            ensure(weights, Places(tmp_path / "models", hub_offline=True, mirror=mirror), Work())
        assert "private mirror: The store" in caught.value.message and "HF_HUB_OFFLINE" in caught.value.message
        assert not (tmp_path / "models" / "tiny" / "model.bin").exists()
        network.mend()
        ensure(weights, Places(tmp_path / "models", hub_offline=True, mirror=mirror), Work())


@pytest.mark.s3
def test_stop_ends_a_download_from_a_mirror(
    s3: S3Server, behind: Callable[[FaultyNetwork], tuple[Mirror, Weights]], tmp_path: Path
) -> None:
    with FaultyNetwork(s3.port) as network:
        mirror, weights = behind(network)
        cancel = Cancel()

        def stop(fraction: float, *_: object, **__: object) -> None:
            cancel.set()

        with pytest.raises(Cancelled):
            ensure(weights, Places(tmp_path / "models", hub_offline=True, mirror=mirror), Work(stop, cancel))
        assert not (tmp_path / "models" / "tiny" / "model.bin").exists()


# ------------------------------------------------------------ a real engine


@pytest.mark.s3
@pytest.mark.engines
@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_new_machine_speaks_with_f5_and_has_only_the_mirror(
    s3: S3Server, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    mirror = Mirror(lambda: S3Store(replace(s3.bucket, prefix="mirror-f5/")))
    weights = {**WEIGHTS, "f5": make_weights("f5", tmp_path / "given")}
    engine, installed = ENGINES["f5"], Environments(Settings().engines_folder)
    places = Places(tmp_path / "models", tmp_path / "given", hub_offline=True, mirror=mirror)
    (sent,) = fill([engine], places, installed, weights, Work())
    assert sent["weights_bytes"] == weights["f5"].size and sent["packages_bytes"] > 100_000_000
    home = request.getfixturevalue("alone")
    engines = Engines(
        models_folder=home / "models",
        engines_folder=home / "engines",
        run_folder=home / "run",
        weights_folder=None,
        hub_offline=True,
        idle_seconds=600,
        device="cpu",
        weights=weights,
        mirror=mirror,
    )
    try:
        told = engines.install("f5", Work())
        assert told["installed"] and told["weights"] == "there" and told["warnings"] == []
        reference = make_reference(tmp_path / "voice.wav")
        asked = SpeakRequest("Hello there.", reference=reference, options={"preset": "fast"})
        spoken = engines.speak("f5", asked, Work())
        assert len(spoken.samples) > 1000
    finally:
        engines.close()
