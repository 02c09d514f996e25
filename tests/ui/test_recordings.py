"""Captions started from a recording, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.desk_studio import FORMATS, NASTY, DeskStudio, link, words_of
from ui.choices import Choices
from ui.desk import Desk
from ui.flow import present, resize
from ui.panels.jobs import watch
from ui.recordings import Brought, bring, cost_of, find_again, foresee, job_of
from ui.show import Show, show_video
from ui.studio import Json
from ui.views import recording

SCRIPT = "One two three."
WHISPER = {"recogniser": "listener", "title": "Listener", "available": True, "reason": "", "hint": ""}
OFF = {"recogniser": "paid", "title": NASTY, "available": False, "reason": "It is off:", "hint": NASTY}


def alignment(*differences: Json, confidence: float = 0.9) -> Json:
    words = [{**word, "confidence": confidence} for word in words_of(SCRIPT)]
    timings = {name: link(f"words.{name}") for name in FORMATS}
    about = {"alignment_id": "ali_1", "language": "en", "duration": 1.5, "media": "made_1.1.talk.mp3"}
    return {**about, "words": words, "differences": list(differences), "timings": timings, "warnings": []}


def differing(kind: str, text: str, start: float = 1.0) -> Json:
    return {"kind": kind, "text": text, "start": start, "end": start + 1}


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> DeskStudio:
    studio = DeskStudio()
    studio.results["align_script"] = alignment()
    monkeypatch.setattr(studio, "_get_audio_info", lambda audio: {"duration": 12.4}, raising=False)
    monkeypatch.setattr(studio, "_get_video_info", lambda video: {"width": 320}, raising=False)
    return studio


def test_with_a_script_it_is_put_on_the_recording_and_without_it_is_written_down() -> None:
    asked = {"file": "up_1", "script": f" {SCRIPT}\n", "language": "", "recogniser": "paid"}
    assert job_of(asked) == ("align_script", {"media": "up_1", "language": "auto", "script": SCRIPT})
    written = ("transcribe", {"media": "up_1", "language": "de", "recogniser": "paid"})
    assert job_of({**asked, "script": " ", "language": "de"}) == written
    assert job_of({"file": "up_1"}) == ("transcribe", {"media": "up_1", "language": "auto"})


def test_a_recording_is_brought_and_found_again_after_a_reload(studio: DeskStudio) -> None:
    brought = bring(studio, Path("talk.mp3"), "talk.mp3")
    assert brought.file is not None and (brought.seconds, brought.has_picture) == (12.4, False)
    found = find_again(studio, brought.remember())
    assert found.file is not None and found.file["file_id"] == brought.file["file_id"]
    assert find_again(studio, {}) == find_again(studio, None) == Brought()


def test_what_it_takes_is_told_with_its_price(studio: DeskStudio) -> None:
    asked = {"file": "up_1", "recogniser": "paid"}
    assert foresee(studio, asked) == "about 12 s"
    studio.estimate = {**studio.estimate, "cost": {"amount": 0.048, "currency": "USD", "service": "The service"}}
    assert foresee(studio, asked) == "about 12 s · about $0.05 (The service)"
    studio.estimate = {**studio.estimate, "seconds": None, "cost": None, "warnings": ["It is off. Set a key."]}
    assert foresee(studio, asked) == "It is off. Set a key."
    assert foresee(studio, {}) == "" and cost_of({"amount": 0.006, "service": "The service"}).startswith("under $0.01")


def test_the_card_greys_who_cannot_listen_and_says_why_without_trusting_any_text() -> None:
    drawn = recording.draw(Brought(link(NASTY)), [WHISPER, OFF])
    assert "<img src=x" not in drawn and "disabled>" in drawn
    assert "It is off: &lt;img" in drawn and 'value="listener"' in drawn
    assert "data-bring" in recording.draw(Brought())


def test_its_result_goes_on_the_stage_with_captions_and_is_what_a_video_is_made_of(studio: DeskStudio) -> None:
    show = present(studio, alignment(), None, Choices())
    assert show.recording is not None and [word["text"] for word in show.words] == SCRIPT.split()
    [made] = studio.asked("make_captions")
    assert made["source"] == show.recording["words"]
    captions_id = show.captions[show.size]["captions_id"]
    assert show.source == {"audio": "made_1.1.talk.mp3", "captions_id": [captions_id]}
    assert show.remember()["item"] == {"kind": "recording", "id": "ali_1"}
    arguments = Choices().video_arguments(None, None, show.source)
    assert "script" not in arguments and arguments["captions_id"] == [captions_id]


def test_words_that_were_edited_are_edited_in_the_other_frames(studio: DeskStudio) -> None:
    show = present(studio, alignment(), None, Choices())
    edited = {**show.captions[show.size]}
    cue = edited["cues"][0]
    cue["words"] = [{**word, "text": word["text"].replace("two", "2")} for word in cue["words"]]
    other = resize(studio, Show(captions={show.size: edited}, recording=show.recording), "1080x1080", Choices())
    assert "2" in [word["text"] for word in studio.asked("make_captions")[-1]["source"]]
    assert set(other.captions) == {show.size, "1080x1080"}


def test_a_video_of_the_recording_keeps_it_and_one_of_another_does_not(studio: DeskStudio) -> None:
    show = present(studio, alignment(), None, Choices())
    video = {**studio.video(["1080x1920"]), "narration": None}
    assert show_video({**video, "media": "made_1.1.talk.mp3"}, show).recording == show.recording
    assert show_video({**video, "media": "up_other"}, show).recording is None


def test_differences_are_told_in_plain_words() -> None:
    def told(*differences: Json, confidence: float = 0.9) -> str:
        return recording.told(Show(recording=alignment(*differences, confidence=confidence)))

    assert "3 words, each when it is said." in told() and "want a look" not in told()
    assert "3 words may want a look" in told(confidence=0.2)
    both = told(differing("missing", NASTY), differing("added", "um hello there", 3.5))
    assert "not said: “&lt;img" in both and "only in the recording: “um hello there”" in both
    assert 'data-seek-to="3.500"' in both and "add it to the script" in both
    assert "and 4 more passages" in told(*(differing("added", "x") for _ in range(10)))
    assert recording.told(Show()) == ""


def test_a_job_is_shown_beside_its_button_and_no_other_is(desk: Desk, studio: DeskStudio) -> None:
    desk = Desk(**{**desk.__dict__, "studio": studio})
    studio.state = "running"
    begun = desk.begin("align_script", {"media": "up_1", "script": SCRIPT}, None, None)
    assert "data-stop" in begun[desk.recording]
    assert desk.begin("generate_speech", {"script": SCRIPT}, None, None)[desk.recording] == ""
    studio.state = "done"
    told = watch(desk, Choices(), {"job": "job_1"}, None)
    assert desk.recording in told
