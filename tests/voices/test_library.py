"""The library: built-in voices and people's own, found and spoken alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.engines.table import ENGINES
from backend.errors import InvalidRequest, NotFound
from backend.voices import VoiceLibrary
from backend.voices.languages import speaks
from backend.voices.records import Record, blend_id
from backend.voices.shelf import Shelf
from tests.voices.making import make_clip, record_of

CLONERS = [name for name, spec in ENGINES.items() if spec.clones and speaks(spec.languages, "en")]


@pytest.fixture
def library(tmp_path: Path) -> VoiceLibrary:
    return VoiceLibrary(Shelf(tmp_path / "voices"))


def saved(library: VoiceLibrary, folder: Path, number: int = 0, **fields: object) -> Record:
    clip = make_clip(folder / f"clip-{number}.wav", number, seconds=4.0)
    record = record_of(clip, **fields)
    library.add(record, clip)
    return record


def blended(library: VoiceLibrary, recipe: str = "af_heart(2)+am_puck(1)") -> Record:
    record = Record(
        voice_id=blend_id(recipe), kind="blend", name="Dusk", language="en-us", recipe=recipe,
        created_at="2026-11-22T11:00:00.000Z",
    )  # fmt: skip
    library.add(record, None)
    return record


def test_own_voices_come_first_and_the_newest_of_them(library: VoiceLibrary, tmp_path: Path) -> None:
    old = saved(library, tmp_path, 1, created_at="2026-01-01T00:00:00.000Z")
    new = saved(library, tmp_path, 2, created_at="2026-02-01T00:00:00.000Z")
    found = library.find()
    assert [voice.voice_id for voice in found[:3]] == [new.voice_id, old.voice_id, "af_heart"]
    assert len(found) == 56
    assert {voice.kind for voice in found} == {"cloned", "built_in"}


def test_whether_an_engine_is_installed_is_asked_once_for_all_voices_of_a_list(tmp_path: Path) -> None:
    asked: list[str] = []

    def is_installed(engine: str) -> bool:
        asked.append(engine)
        return engine == CLONERS[0]

    library = VoiceLibrary(Shelf(tmp_path / "voices"), is_installed)
    for number in range(5):
        saved(library, tmp_path, number)
    assert {voice.engine for voice in library.own()} == {CLONERS[0]}
    assert sorted(asked) == sorted(CLONERS)


def test_own_voices_are_found_by_name_tag_and_language(library: VoiceLibrary, tmp_path: Path) -> None:
    record = saved(library, tmp_path, name="Grandpa Joe", tags=("gravel", "slow"))
    for query in ("grandpa", "joe GRAVEL", "slow", "english cloned"):
        assert [voice.voice_id for voice in library.find(query=query)] == [record.voice_id]
    assert record.voice_id in {voice.voice_id for voice in library.find(language="en")}
    assert record.voice_id in {voice.voice_id for voice in library.find(language="en-gb")}
    assert record.voice_id not in {voice.voice_id for voice in library.find(language="es")}


def test_a_cloned_voice_has_its_reference(library: VoiceLibrary, tmp_path: Path) -> None:
    record = saved(library, tmp_path)
    reference = library.reference(record.voice_id)
    assert reference is not None
    assert (reference.text, reference.sha256) == (record.transcript, record.clip_sha256)
    assert reference.path.read_bytes() == (tmp_path / "clip-0.wav").read_bytes()
    assert library.spoken_as(record.voice_id) == record.voice_id
    voice = library.get(record.voice_id)
    assert (voice.kind, voice.seconds, voice.transcript) == ("cloned", record.seconds, record.transcript)
    assert voice.consent == record.consent


def test_a_blend_is_spoken_as_its_recipe(library: VoiceLibrary) -> None:
    record = blended(library)
    voice = library.get(record.voice_id)
    assert (voice.kind, voice.engine, voice.engines, voice.recipe) == (
        "blend",
        "kokoro",
        ("kokoro-gpu", "kokoro"),
        record.recipe,
    )
    assert library.spoken_as(record.voice_id) == record.recipe
    assert library.reference(record.voice_id) is None
    assert library.engine(record.voice_id) == "kokoro"
    assert voice.voice_id in {found.voice_id for found in library.find(engine="kokoro", query="dusk")}


def test_built_in_voices_and_recipes_need_no_library(library: VoiceLibrary) -> None:
    assert library.get("af_heart").engines == ("kokoro-gpu", "kokoro")
    assert library.get("af_heart").engine == "kokoro"
    assert library.engine("af_heart") == library.engine("af_heart(2)+am_puck(1)") == "kokoro"
    assert library.engine("af_heart", "silence") == "silence"
    assert library.reference("af_heart") is None
    assert library.spoken_as("af_heart") == "af_heart"


@pytest.mark.parametrize(
    ("voice", "engine", "code"),
    [
        ("af_hart", "auto", "unknown_voice"),
        ("af_heart", "warp", "unknown_engine"),
        ("af_heart", "whisper", "unknown_engine"),
        ("nobody", "silence", "unknown_voice"),
    ],
)
def test_what_cannot_speak_is_refused(library: VoiceLibrary, voice: str, engine: str, code: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        library.engine(voice, engine)
    assert refused.value.code == code
    assert refused.value.hint


def test_a_name_instead_of_an_id_is_answered_with_the_id(library: VoiceLibrary, tmp_path: Path) -> None:
    record = saved(library, tmp_path, name="Grandpa Joe")
    with pytest.raises(InvalidRequest) as refused:
        library.get("grandpa joe")
    assert record.voice_id in refused.value.hint


def test_a_deleted_voice_is_not_found(library: VoiceLibrary, tmp_path: Path) -> None:
    record = saved(library, tmp_path)
    library.shelf.remove(record.voice_id)
    for act in (library.get, library.reference, library.spoken_as, library.engine):
        with pytest.raises(NotFound) as refused:
            act(record.voice_id)
        assert refused.value.code == "voice_not_found"


@pytest.mark.skipif(not CLONERS, reason="no engine clones")
def test_auto_takes_the_first_installed_engine_that_clones(tmp_path: Path) -> None:
    installed: set[str] = set()
    library = VoiceLibrary(Shelf(tmp_path / "voices"), installed.__contains__)
    record = saved(library, tmp_path)
    assert library.get(record.voice_id).engines == tuple(CLONERS)
    assert not library.get(record.voice_id).available
    with pytest.raises(InvalidRequest) as refused:
        library.engine(record.voice_id)
    assert refused.value.code == "engine_not_installed"
    assert "install_engine" in refused.value.hint
    assert "System tab" in refused.value.hint
    for name in reversed(CLONERS):
        installed.add(name)
        assert library.engine(record.voice_id) == library.get(record.voice_id).engine == name
        assert library.get(record.voice_id).available
    assert library.engine(record.voice_id, CLONERS[-1]) == CLONERS[-1]
    with pytest.raises(InvalidRequest) as refused:
        library.engine(record.voice_id, "kokoro")
    assert refused.value.code == "voice_of_another_engine"


def test_the_same_voice_twice_is_refused_by_name(library: VoiceLibrary, tmp_path: Path) -> None:
    record = saved(library, tmp_path, name="Grandpa Joe")
    with pytest.raises(InvalidRequest) as refused:
        library.add(record, tmp_path / "clip-0.wav")
    assert refused.value.code == "voice_exists"
    assert "Grandpa Joe" in refused.value.message
    with pytest.raises(InvalidRequest) as refused:
        library.refuse_double("voice_" + "0" * 26, record.outline)
    assert refused.value.code == "voice_exists"
    library.refuse_double("voice_" + "0" * 26, "")
