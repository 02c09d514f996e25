"""Plans that are written down, and sentences replaced in them."""

from __future__ import annotations

import json

import pytest

from backend.errors import InvalidRequest
from backend.speech import NarrationPlan, NarrationSettings, plan_narration, replace_sentence, take_from
from tests.script.reading import language, read


def engine(voice: str) -> str:
    return "silence" if voice == "silence" else "kokoro"


def plan(script: str = "[pause 1s]One is [here](/hɪɹ/) 😀. Two costs $5M.\n\nThree.") -> NarrationPlan:
    settings = NarrationSettings(engine=engine, seed=7, options={"a": [1, 2]}, audio_format="mp3", verify=True)
    return plan_narration(read(script), settings)


def changed(index: int, **changes: object) -> NarrationPlan:
    return replace_sentence(plan(), index, engine=engine, language=language, **changes)  # type: ignore[arg-type]


def test_a_plan_survives_json() -> None:
    assert NarrationPlan.from_dict(json.loads(json.dumps(plan().to_dict()))) == plan()


def test_only_the_asked_sentence_changes() -> None:
    after = changed(1, text="Two costs nothing.")
    assert [one.sentence.text for one in after.sentences] == ["One is here 😀.", "Two costs nothing.", "Three."]
    assert after.sentences[0] == plan().sentences[0]
    assert after.sentences[2] == plan().sentences[2]
    assert after.sentences[1].sentence.pause_after == plan().sentences[1].sentence.pause_after


def test_the_same_words_can_be_said_by_another_voice_with_another_seed() -> None:
    one = changed(0, voice="am_puck", seed=9, options={"b": 1}).sentences[0]
    assert (one.sentence.voice, one.seed, one.options) == ("am_puck", 9, {"a": [1, 2], "b": 1})
    assert one.sentence.pronunciations == plan().sentences[0].sentence.pronunciations


def test_options_of_another_engine_are_left_behind() -> None:
    changed_plan = replace_sentence(plan(), 0, engine=lambda _: "silence", language=language, options={"b": 1})
    one = changed_plan.sentences[0]
    assert (one.engine, one.options) == ("silence", {"b": 1})


def test_a_sentence_can_be_taken_from_an_earlier_plan_exactly_as_it_was() -> None:
    after = take_from(changed(1, seed=9, text="Two costs nothing."), 1, plan())
    assert after == plan()
    with pytest.raises(InvalidRequest):
        take_from(plan("One."), 1, plan())


def test_a_voice_of_another_language_reads_the_text_in_its_own_way() -> None:
    one = changed(1, voice="ef_dora").sentences[0 + 1]
    assert one.sentence.language == "es"
    assert one.sentence.text == "Two costs $5M."


def test_new_text_may_become_several_sentences() -> None:
    after = changed(1, text="Two. And [pause 1s] a half.")
    assert [one.sentence.text for one in after.sentences] == ["One is here 😀.", "Two.", "And", "a half.", "Three."]
    assert [one.sentence.index for one in after.sentences] == [0, 1, 2, 3, 4]
    assert after.sentences[3].sentence.pause_after == plan().sentences[1].sentence.pause_after


@pytest.mark.parametrize("index", [-1, 3, 10**9])
def test_a_sentence_that_is_not_there_is_refused(index: int) -> None:
    with pytest.raises(InvalidRequest) as refused:
        changed(index, text="Hi.")
    assert refused.value.code == "sentence_index"


@pytest.mark.parametrize(
    ("text", "code"), [("", "script_empty"), ("!!", "script_nothing_to_say"), ("[speed 0]x", "script_markup")]
)
def test_bad_new_text_is_refused_like_a_bad_script(text: str, code: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        changed(0, text=text)
    assert refused.value.code == code
