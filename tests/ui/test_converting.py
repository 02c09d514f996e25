"""A recording said again in another voice, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui import voice_values
from tests.ui.desk_studio import NASTY, DeskStudio, link
from ui.converting import Conversion, Converters, bring, convert, converters, look_at, stop
from ui.studio import Json
from ui.views import converter

ABLE = voice_values.engine(engine="able", title="Able", installed=True, converts=True)
OTHER = voice_values.engine(engine="other", title=NASTY, installed=True, converts=True)
ABSENT = voice_values.engine(engine="absent", title="Absent", installed=False, converts=True)
MUTE = voice_values.engine(engine="mute", title="Mute", installed=True, converts=False)
ANNA = voice_values.voice()


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> DeskStudio:
    studio = DeskStudio()
    studio.engines = [ABLE, ABSENT, MUTE]
    studio.results["convert_voice"] = link("Anna.wav")
    monkeypatch.setattr(studio, "_list_voices", lambda: {"voices": [ANNA, voice_values.blend()]})
    return studio


def test_only_voices_of_recordings_and_installed_engines_that_convert_are_offered(studio: DeskStudio) -> None:
    able = converters(studio)
    assert (able.voices, able.engines, able.missing) == ((ANNA,), (ABLE,), (ABSENT,))


def test_without_an_engine_the_card_says_what_is_needed_and_leads_to_it() -> None:
    drawn = converter.draw(Conversion(), Converters((ANNA,), (), (ABSENT,)))
    assert "not installed yet: Absent." in drawn
    assert 'data-tab="system"' in drawn
    assert "data-bring" not in drawn


def test_without_a_voice_there_is_nothing_to_say_it_in() -> None:
    drawn = converter.draw(Conversion(), Converters((), (ABLE,)))
    assert "make one first" in drawn
    assert "data-bring" not in drawn


def test_a_recording_is_brought_converted_and_found_again_after_a_reload(studio: DeskStudio) -> None:
    brought = bring(studio, Path("me.wav"), "me.wav", {})
    assert brought.file is not None
    assert "data-convert" in converter.draw(brought, converters(studio))
    made = convert(studio, brought.remember(), ANNA["voice_id"], "auto")
    assert studio.asked("submit_job")[0] == {
        "operation": "convert_voice",
        "arguments": {"media": "made_1.1.me.wav", "voice": ANNA["voice_id"], "engine": "auto"},
    }
    assert look_at(studio, made.remember()) == made
    drawn = converter.draw(made, converters(studio))
    assert "As Anna" in drawn
    assert "download" in drawn
    assert made.voice in drawn


def test_a_running_conversion_is_watched_and_stopped_with_the_recording_kept(studio: DeskStudio) -> None:
    studio.state = "running"
    running = convert(studio, bring(studio, Path("me.wav"), "me.wav", {}).remember(), ANNA["voice_id"], "able")
    assert running.running
    assert "data-stop" in converter.draw(running, converters(studio))
    stopped = stop(studio, running.remember())
    assert studio.asked("cancel_job") == [{"job_id": "job_1"}]
    assert (stopped.running, stopped.file, stopped.engine) == (False, running.file, "able")


def test_what_is_refused_is_explained_and_the_recording_stays(studio: DeskStudio) -> None:
    studio.refuse_job = "convert_voice"
    refused = convert(studio, bring(studio, Path("me.wav"), "me.wav", {}).remember(), ANNA["voice_id"], "able")
    drawn = converter.draw(refused, converters(studio))
    assert "This cannot be done." in drawn
    assert "data-convert" in drawn


def test_a_recording_that_is_gone_is_explained(studio: DeskStudio) -> None:
    assert look_at(studio, {"file": "gone"}).error is not None


def test_names_are_text() -> None:
    file: Json = {**link("a.wav"), "name": NASTY}
    voice = voice_values.voice(name=NASTY)
    drawn = converter.draw(Conversion(file, voice["voice_id"], result=file), Converters((voice,), (ABLE, OTHER)))
    assert NASTY not in drawn
    assert drawn.count("<select") == 2
