"""Making a voice: from a recording to the list, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.errors import NotFound
from tests.ui import voice_values
from tests.ui.desk_studio import NASTY, DeskStudio
from ui.making import Draft, arguments, bring, look_at, save, stop, write_down
from ui.views import maker

FORM = {"name": "Anna", "basis": "own_voice", "speaker": "Anna Berg", "statement": "Mine.", "tags": "calm, , old"}


@pytest.fixture
def studio() -> DeskStudio:
    studio = DeskStudio()
    studio.results["check_voice"] = voice_values.report()
    studio.results["upload_voice"] = voice_values.voice()
    return studio


def test_a_recording_is_kept_and_the_coach_asked() -> None:
    studio = DeskStudio()
    studio.state = "running"
    draft = bring(studio, Path("recording.wav"), "recording.wav")
    assert draft.running
    assert studio.asked("submit_job")[0]["operation"] == "check_voice"
    assert draft.remember() == {"file": "made_1.1.recording.wav", "check": "job_1", "save": ""}


def test_a_reload_finds_the_report_again(studio: DeskStudio) -> None:
    draft = bring(studio, Path("recording.wav"), "recording.wav")
    assert look_at(studio, draft.remember()).report == voice_values.report()


def test_a_form_without_a_moved_part_leaves_the_cut_to_the_studio() -> None:
    asked = arguments({**FORM, "start": 1.0})
    assert asked == {
        "name": "Anna",
        "consent": {"basis": "own_voice", "speaker": "Anna Berg", "statement": "Mine."},
        "transcript": "",
        "language": "auto",
        "tags": ["calm", "old"],
    }
    assert arguments({**FORM, "start": 1.0, "end": 7})["end"] == 7.0


def test_what_is_said_is_asked_of_exactly_the_chosen_part(studio: DeskStudio) -> None:
    problem = {"code": "transcript_mismatch", "message": "It is not what is said.", "advice": "Write what is."}
    studio.results["check_voice"] = voice_values.report(heard="One two.", language="en", transcript_problem=problem)
    asked = {"file": "up_1", "start": 1, "end": 7.5, "language": "", "transcript": "Three."}
    assert write_down(studio, asked) == {"heard": "One two.", "language": "en", "problem": problem}
    given = {"audio": "up_1", "transcript": "Three.", "language": "auto", "start": 1.0, "end": 7.5}
    assert studio.asked("check_voice") == [given]


def test_a_studio_that_cannot_listen_says_why(studio: DeskStudio) -> None:
    studio.refuse = NotFound("There is no such file.", hint="Upload it again.")
    assert write_down(studio, {})["error"]["message"] == "There is no such file."


def test_a_refused_form_keeps_the_report_and_says_why(studio: DeskStudio) -> None:
    studio.refuse_job = "upload_voice"
    draft = save(studio, bring(studio, Path("a.wav"), "a.wav").remember(), FORM)
    assert draft.report is not None
    assert draft.error is not None
    assert "data-save" in maker.draw(draft)
    assert draft.error["message"] in maker.draw(draft)


def test_a_voice_that_is_saved_is_forgotten_by_the_draft(studio: DeskStudio) -> None:
    memory = bring(studio, Path("a.wav"), "a.wav").remember()
    draft = save(studio, memory, FORM)
    assert draft.voice == voice_values.voice()
    assert draft.remember() == {}


def test_stop_cancels_the_coach_and_starts_anew(studio: DeskStudio) -> None:
    studio.state = "running"
    assert stop(studio, bring(studio, Path("a.wav"), "a.wav").remember()) == Draft()
    assert studio.asked("cancel_job") == [{"job_id": "job_1"}]


def test_a_recording_that_is_gone_is_explained(studio: DeskStudio) -> None:
    draft = look_at(studio, {"file": "gone", "check": "job_1"})
    assert draft.file is None
    assert draft.error is not None


def test_the_report_is_drawn_with_one_advice_a_problem_and_the_chosen_part() -> None:
    studio = DeskStudio()
    file = studio.upload(Path("a.wav"), "a.wav")
    drawn = maker.draw(Draft(file, report=voice_values.report("usable")), ["en", "zh"])
    assert drawn.count("data-code=") == 1
    assert NASTY not in drawn
    assert 'data-start="6.000"' in drawn
    assert drawn.count("data-handle=") == 2
    assert 'data-language-tag="zh"' in drawn
    assert "disabled" in drawn


def test_an_unusable_recording_has_advice_but_no_form() -> None:
    file = DeskStudio().upload(Path("a.wav"), "a.wav")
    drawn = maker.draw(Draft(file, report=voice_values.report("unusable", chosen=[0.0, 0.0])))
    assert "data-code=" in drawn
    assert "data-save" not in drawn
    assert "data-handle" not in drawn


def test_a_saved_voice_shows_what_is_said_in_it_to_be_corrected() -> None:
    drawn = maker.draw(Draft(voice=voice_values.voice(name=NASTY, transcript=f"</textarea>{NASTY}")))
    assert NASTY not in drawn
    assert drawn.count("</textarea>") == 1
    assert "data-correct" in drawn
