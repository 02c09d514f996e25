"""Recordings said again in another voice: what is refused, and what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.engines import ENGINES, Engines
from backend.engines.weights import WEIGHTS
from backend.errors import InvalidRequest, MediaRejected, NotFound
from backend.ids import new_id
from backend.jobs import JobContext
from backend.media.ffmpeg import Ffmpeg, find_ffmpeg
from backend.media.probe import probe
from backend.requests import ConvertVoice
from backend.services.conversions import Conversions
from backend.services.paces import Paces
from backend.services.scratch import Scratch
from backend.services.uploads import Uploads
from backend.settings import Settings
from backend.storage import LocalStore
from backend.storage.artifacts import Artifacts
from backend.storage.links import LinkSigner
from backend.voices import VoiceLibrary
from backend.voices.shelf import Shelf
from backend.work import Work, run_at_once
from tests.engines.real import make_chatterbox, shrink_chatterbox, weights_in
from tests.media.makers import Maker
from tests.voices.making import make_clip, record_of


class Desk:
    """The service with what it stands on, in a folder."""

    def __init__(self, folder: Path, engines: Engines) -> None:
        self.engines = engines
        self.ffmpeg = Ffmpeg(find_ffmpeg(None))
        self.maker = Maker(folder, self.ffmpeg)
        self.artifacts = Artifacts(LocalStore(folder / "store"), LinkSigner(folder, "http://127.0.0.1"))
        self.uploads = Uploads(self.artifacts, 10**9)
        self.voices = VoiceLibrary(Shelf(folder / "voices"))
        clip = make_clip(folder / "clip.wav", 1, seconds=6.0)
        self.voice = record_of(clip, name="Grandpa Joe")
        self.voices.add(self.voice, clip)
        self.scratch = Scratch(folder / "work")
        self.conversions = Conversions(
            self.artifacts, engines, self.voices, self.ffmpeg, self.scratch, Paces(folder / "paces")
        )

    def close(self) -> None:
        self.engines.close()
        self.scratch.close()

    def request(self, media: Path, **fields: object) -> ConvertVoice:
        """A request about a file that somebody uploaded."""
        file_id = self.uploads.add(media, media.name).file_id
        return ConvertVoice.model_validate({"media": file_id, "voice": self.voice.voice_id, **fields})


def engines_in(folder: Path, engines_folder: Path, given: Path | None = None) -> Engines:
    mine = {} if given is None else {"chatterbox": weights_in(given / "chatterbox", "chatterbox")}
    return Engines(
        models_folder=folder / "models",
        engines_folder=engines_folder,
        run_folder=folder / "run",
        weights_folder=given,
        hub_offline=True,
        idle_seconds=600,
        device="cpu",
        weights={**WEIGHTS, **mine},
    )


# ------------------------------------------------------------ refused


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Desk]:
    """A machine on which nothing is installed."""
    desk = Desk(tmp_path, engines_in(tmp_path, tmp_path / "engines"))
    yield desk
    desk.close()


@pytest.fixture
def sure(bare: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A machine that has a converting engine as far as anybody asks."""
    monkeypatch.setitem(ENGINES, "chatterbox", replace(ENGINES["chatterbox"], environment=None))
    return bare


Wrong = Callable[[Desk], ConvertVoice]


def test_without_an_engine_it_is_said_which_to_install(bare: Desk) -> None:
    with pytest.raises(InvalidRequest) as caught:
        bare.conversions.check(bare.request(bare.maker.clip()))
    assert caught.value.code == "engine_not_installed" and "install_engine with chatterbox" in caught.value.hint


@pytest.mark.parametrize("engine", ["kokoro", "chatterbox-turbo", "", "x" * 1000])
def test_an_engine_that_does_not_convert_is_refused(sure: Desk, engine: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        sure.conversions.check(sure.request(sure.maker.clip(), engine=engine))
    assert caught.value.code == "unknown_engine" and "chatterbox-multilingual" in caught.value.hint


@pytest.mark.parametrize(
    ("voice", "code"),
    [("af_heart", "voice_without_reference"), ("nobody", "unknown_voice"), (f"voice_{'0' * 26}", "voice_not_found")],
)
def test_a_voice_that_nothing_can_be_said_in_is_refused(sure: Desk, voice: str, code: str) -> None:
    with pytest.raises((InvalidRequest, NotFound)) as caught:
        sure.conversions.check(sure.request(sure.maker.clip(), voice=voice))
    assert caught.value.code == code


def test_options_are_refused(sure: Desk) -> None:
    with pytest.raises(InvalidRequest, match="pitch"):
        sure.conversions.check(sure.request(sure.maker.clip(), options={"pitch": 3}))


def test_a_video_without_sound_and_a_picture_are_refused(sure: Desk) -> None:
    for media in (sure.maker.clip("silent.mp4", sound=False), sure.maker.picture()):
        with pytest.raises(MediaRejected) as caught:
            sure.conversions.check(sure.request(media))
        assert caught.value.code == "no_audio"


def test_what_is_too_long_is_refused_before_anything_is_queued(sure: Desk, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "long.flac", np.zeros(901 * 8000), 8000)
    with pytest.raises(MediaRejected) as caught:
        sure.conversions.check(sure.request(tmp_path / "long.flac"))
    assert caught.value.code == "media_too_long"


def test_a_file_that_is_gone_is_not_found(sure: Desk) -> None:
    request = sure.request(sure.maker.clip())
    sure.uploads.delete(request.media)
    with pytest.raises(NotFound):
        sure.conversions.check(request)


# ------------------------------------------------------------ converted


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The real engine in its real environment, on small random weights that go the usual way."""
    folder = tmp_path_factory.mktemp("conversions")
    make_chatterbox(folder / "given")
    with pytest.MonkeyPatch.context() as patch:
        tiny = dict(ENGINES)
        shrink_chatterbox(tiny)
        patch.setitem(ENGINES, "chatterbox", tiny["chatterbox"])
        desk = Desk(folder, engines_in(folder, Settings().engines_folder, folder / "given"))
        yield desk
        desk.close()


@pytest.mark.engines
def test_the_sound_of_a_video_is_said_again_as_a_file_like_any_other(desk: Desk) -> None:
    request = desk.request(desk.maker.clip("talk.mp4", seconds=2.0))
    told: list[float] = []
    context = JobContext(new_id("job"), Work(lambda fraction, message, **_: told.append(fraction)), run_at_once)
    desk.conversions.check(request)
    made = desk.conversions.convert(request, context)
    link = desk.uploads.link(made["file_id"])
    assert link.name == "Grandpa Joe.wav" and link.media_type == "audio/wav"
    assert probe(desk.uploads.local(link.file_id, Path())).duration == pytest.approx(2.0, abs=0.05)
    manifest = desk.artifacts.manifest(made["file_id"].partition(".")[0])
    assert manifest["made_by"]["watermarked"] and manifest["made_by"]["engine"] == "chatterbox"
    assert told == sorted(told)


@pytest.mark.engines
def test_a_job_that_is_run_again_makes_no_second_file(desk: Desk) -> None:
    request = desk.request(desk.maker.clip("again.mp4", seconds=1.0))
    context = JobContext(new_id("job"), Work(), run_at_once)
    assert desk.conversions.convert(request, context) == desk.conversions.convert(request, context)
