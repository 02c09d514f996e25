from __future__ import annotations

import pytest

from tests.ui.desk_studio import DeskStudio
from ui.choices import Choices
from ui.editing import bring, edit, undo
from ui.flow import present
from ui.show import Show


@pytest.fixture
def show(studio: DeskStudio) -> Show:
    return present(studio, studio.video(["1080x1920"]), None, Choices())


def cue(show: Show, index: int = 0) -> dict[str, object]:
    found: dict[str, object] = show.captions[show.size]["cues"][index]
    return found


def test_a_corrected_word_keeps_its_time(studio: DeskStudio, show: Show) -> None:
    before = show.captions[show.size]["cues"][0]
    words = before["text"].split()
    after = edit(studio, show, 0, " ".join(["Uno", *words[1:]])).captions[show.size]["cues"][0]
    assert after["words"][0] == {**before["words"][0], "text": "Uno"}
    assert after["words"][1:] == before["words"][1:]


def test_another_number_of_words_shares_the_time_of_the_cue(studio: DeskStudio, show: Show) -> None:
    before = show.captions[show.size]["cues"][0]
    after = edit(studio, show, 0, "a bb cccc dd e").captions[show.size]["cues"][0]
    starts = [word["start"] for word in after["words"]]
    assert [word["text"] for word in after["words"]] == ["a", "bb", "cccc", "dd", "e"]
    assert starts == sorted(starts)
    assert starts[0] == before["start"]
    assert after["words"][-1]["end"] == pytest.approx(before["end"], abs=0.002)


def test_an_edit_puts_the_video_aside(studio: DeskStudio, show: Show) -> None:
    assert edit(studio, show, 0, "New").videos == {}


def test_an_emptied_caption_goes_away(studio: DeskStudio, show: Show) -> None:
    cues = edit(studio, show, 0, "  ").captions[show.size]["cues"]
    assert len(cues) == len(show.captions[show.size]["cues"]) - 1
    assert [each["index"] for each in cues] == list(range(len(cues)))


@pytest.mark.parametrize(("index", "written"), [(99, "x"), (-1, "x")])
def test_a_caption_that_is_not_there_changes_nothing(studio: DeskStudio, show: Show, index: int, written: str) -> None:
    assert edit(studio, show, index, written) is show


def test_the_same_text_again_changes_nothing(studio: DeskStudio, show: Show) -> None:
    assert edit(studio, show, 0, str(cue(show)["text"])) is show


def test_undo_brings_the_captions_back(studio: DeskStudio, show: Show) -> None:
    back = undo(studio, edit(studio, edit(studio, show, 0, "New"), 0, "Newer"))
    assert cue(back)["text"] == "New"
    assert cue(undo(studio, back)) == cue(show)
    assert undo(studio, show) is show


def test_a_subtitle_file_becomes_captions_in_the_chosen_style(studio: DeskStudio, show: Show) -> None:
    brought = bring(studio, show, "up_1.1.a.srt", Choices(style="marker"))
    assert studio.asked("make_captions")[-1]["source"] == "up_1.1.a.srt"
    assert brought.captions[show.size]["style"] == "marker"
