"""Which engine will speak, what can be set on it, and which sentences came out doubtful."""

from __future__ import annotations

import pytest

from tests.ui.desk_studio import NASTY, DeskStudio, narration
from tests.ui.voice_values import engine, voice
from ui.choices import AUTO, Choices
from ui.show import show_narration
from ui.speaking import manner, speaking
from ui.studio import Json
from ui.views import parameters, progress

MINE = voice(voice_id="mine", engine="one", engines=["one", "two", "absent"])
ENGINES = [
    engine(engine="one", title="One", installed=True),
    engine(engine="two", title=NASTY, installed=True, parameters=[]),
    engine(engine="absent", installed=False),
]


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> DeskStudio:
    studio = DeskStudio()
    studio.engines = ENGINES
    monkeypatch.setattr(studio, "_list_voices", lambda: {"voices": [MINE]})
    return studio


def test_the_voices_own_engine_speaks_unless_another_is_chosen() -> None:
    own = speaking([MINE], ENGINES, Choices(voice="mine"))
    other = speaking([MINE], ENGINES, Choices(voice="mine", engine="two"))
    assert own.engine == ENGINES[0]
    assert own.wanted == AUTO
    assert other.engine == ENGINES[1]


def test_an_engine_that_cannot_speak_this_voice_here_is_not_taken() -> None:
    assert speaking([MINE], ENGINES, Choices(voice="mine", engine="absent")).wanted == AUTO
    assert speaking([MINE], ENGINES, Choices(voice="gone")).engine is None


def test_engines_are_offered_where_there_is_a_choice() -> None:
    drawn = parameters.engine_cards(speaking([MINE], ENGINES, Choices(voice="mine")))
    assert drawn.count("data-choice=") == 3
    assert "<img src=x" not in drawn
    assert parameters.engine_cards(speaking([MINE], ENGINES[:1], Choices(voice="mine"))) == ""


def test_parameters_are_drawn_with_their_bounds_for_the_engine_that_will_speak() -> None:
    chosen = speaking([MINE], ENGINES, Choices(voice="mine"))
    drawn = parameters.draw(chosen, {"one": {"strength": 3.5}, "two": {"strength": 1}})
    assert drawn.count("data-parameter=") == 2
    assert drawn.count("data-set") == 1
    assert 'max="5.0"' in drawn
    assert 'value="3.5"' in drawn
    assert "may not be used commercially" in drawn
    assert parameters.draw(speaking([MINE], ENGINES, Choices(voice="mine", engine="two")), {}) == ""


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        (Choices(voice="mine"), {}),
        (Choices(voice="mine", verify="on"), {"verify": True}),
        (Choices(voice="mine", engine="two"), {"engine": "two"}),
        (Choices(voice="mine", options={"one": {"strength": 1.0}}), {"options": {"strength": 1.0}}),
        (Choices(voice="mine", options={"one": {"older": 1.0}}), {}),
        (Choices(voice="mine", options={"two": {"strength": 1.0}}), {}),
    ],
)
def test_only_what_was_set_on_that_engine_is_asked_for(studio: DeskStudio, choices: Choices, said: Json) -> None:
    assert manner(studio, choices) == said
    assert choices.speech_arguments(said)["voice"] == "mine"
    assert choices.video_arguments(None, None, manner=said)["options"] == {"speed": 1.0, **said}


def test_what_was_set_survives_the_browser() -> None:
    chosen = Choices(engine="one", options={"one": {"strength": 1.5}})
    assert Choices.remembered(chosen.to_memory()) == chosen
    assert Choices.remembered({"options": {"one": "much"}}) == Choices()


def test_a_doubtful_sentence_says_why_and_is_taken_again_with_one_click() -> None:
    spoken = narration()
    doubt = {"kind": "skipped", "message": "Not heard", "text": NASTY}
    doubtful = {**spoken["sentences"][0], "verified": False, "doubts": [doubt]}
    drawn = progress.finished(show_narration({**spoken, "sentences": [doubtful]}))
    assert "1 of them sounds doubtful" in drawn
    assert "Take again" in drawn
    assert "Not heard: “&lt;img" in drawn
    assert "doubtful" not in progress.finished(show_narration(spoken))
