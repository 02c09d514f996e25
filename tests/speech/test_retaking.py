"""Faults planted into real speech are heard by the real Whisper, and mended by other takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend.engines import Engines, SpeakRequest, Spoken
from backend.media.ffmpeg import Ffmpeg
from backend.models import Doubt
from backend.speech import Narrated, NarrationPlan, NarrationSettings, Narrator, TakeStore
from backend.speech.hearing import Ear
from backend.speech.retaking import MOST_RETAKES
from backend.speech.trimming import trimmed
from backend.speech.verifying import judge
from backend.work import Cancel, Work
from tests.speech.faults import Careless, Fault, doubled, dropped, none, stuck, with_tail, with_words_of
from tests.speech.hearing import sentence

TEXT = "The baker opens her door at five and lets the warm smell out."
OTHER = "Nobody speaks much at that hour."
REFERENCE = "Some call me nature, others call me mother nature."


@pytest.fixture
def careless(engines: Engines, models_folder: Path, tmp_path: Path) -> Iterator[Careless]:
    careless = Careless(
        models_folder=models_folder,
        engines_folder=tmp_path,
        run_folder=tmp_path,
        weights_folder=None,
        hub_offline=True,
        idle_seconds=600,
    )
    # The engines of all tests, which are warm.
    careless._pools = engines._pools
    yield careless


def say(engines: Engines, text: str, voice: str = "af_heart") -> Spoken:
    spans = sentence(text).words
    words = tuple(word.spoken for word in spans if word.spoken)
    return engines.speak("kokoro", SpeakRequest(text, words=words, voice=voice), Work())


def doubts_of(engines: Engines, folder: Path, spoken: Spoken, reference: str = "") -> tuple[Doubt, ...]:
    take = TakeStore(folder).put("a" * 64, trimmed(spoken))
    heard = Ear(engines).hear(take, "en-us", Work())
    assert heard is not None
    return judge(sentence(TEXT), heard, take.length / take.sample_rate, reference).doubts


@pytest.mark.parametrize("voice", ["af_heart", "am_michael", "bf_emma", "bm_george"])
def test_what_is_said_as_written_raises_no_doubt(engines: Engines, tmp_path: Path, voice: str) -> None:
    assert doubts_of(engines, tmp_path, none(say(engines, TEXT, voice))) == ()


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (dropped(1, 1), "skipped", "baker"),
        (dropped(7, 9), "skipped", "lets"),
        (dropped(9, 12), "skipped", "smell"),
        (dropped(2, 2), "skipped", "opens"),
        (doubled(6, 6), "doubled", "5"),
        # A recogniser writes such a slip once, but it knows how long it took.
        (doubled(0, 1), "stretched", "opens"),
        (doubled(0, 4), "doubled", "opens"),
        (doubled(9, 12), "doubled", "smell"),
        (stuck(4, 0.8), "stretched", "door"),
        (with_tail(1.5, 0.05), "long_tail", ""),
        (with_tail(2.5, 0.4), "long_tail", ""),
    ],
    ids=[
        "one dropped",
        "three dropped",
        "end dropped",
        "short dropped",
        "two doubled",
        "one doubled",
        "start doubled",
        "end doubled",
        "stuck",
        "hiss",
        "noise",
    ],
)
def test_a_planted_fault_is_found(engines: Engines, tmp_path: Path, fault: Fault, kind: str, words: str) -> None:
    found = doubts_of(engines, tmp_path, fault(say(engines, TEXT)))
    assert kind in [doubt.kind for doubt in found], found
    assert any(words in doubt.text for doubt in found)


@pytest.mark.parametrize("place", [0, 7, 12])
def test_words_nobody_wrote_are_found_and_those_of_the_reference_told_apart(
    engines: Engines, tmp_path: Path, place: int
) -> None:
    foreign = with_words_of(say(engines, REFERENCE, "am_michael"), place)(say(engines, TEXT))
    assert {doubt.kind for doubt in doubts_of(engines, tmp_path / "a", foreign)} == {"invented"}
    assert {doubt.kind for doubt in doubts_of(engines, tmp_path / "b", foreign, REFERENCE)} == {"leaked"}


def test_silence_at_the_end_is_no_doubt_for_it_is_taken_off(engines: Engines, tmp_path: Path) -> None:
    assert doubts_of(engines, tmp_path, with_tail(2.0, 0.0)(say(engines, TEXT))) == ()


def test_a_pace_nobody_speaks_at_is_found(engines: Engines, tmp_path: Path) -> None:
    spoken = say(engines, TEXT)
    faster = replace(none(spoken), sample_rate=round(spoken.sample_rate * 2.2))
    assert {"pace", "unclear"} & {doubt.kind for doubt in doubts_of(engines, tmp_path, faster)}


# ------------------------------------------------------------ other takes


def narrate(careless: Careless, ffmpeg: Ffmpeg, folder: Path, script: str = f"{TEXT} {OTHER}") -> Narrated:
    from tests.script.reading import read

    narrator = Narrator(careless, TakeStore(folder / "takes"), ffmpeg)
    settings = NarrationSettings(engine=lambda voice: "kokoro", verify=True)
    (folder / "out").mkdir(exist_ok=True)
    return narrator.narrate(read(script), settings, folder / "out", Work())


def test_a_doubtful_sentence_is_said_again_until_it_is_right(
    careless: Careless, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    careless.faults = [dropped(1, 1), dropped(9, 12)]
    narrated = narrate(careless, ffmpeg, tmp_path, TEXT)
    (one,) = narrated.sentences
    assert (one.verified, one.doubts, one.tries) == (True, (), 3)
    seeds = [request.seed for request in careless.spoken]
    assert seeds[0] is None and len(set(seeds)) == 3
    assert one.seed == seeds[-1] == narrated.plan.sentences[0].seed


def test_what_stays_doubtful_is_marked_with_the_best_of_its_takes(
    careless: Careless, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    careless.faults = [dropped(1, 6), dropped(1, 1), dropped(1, 4), dropped(3, 8)]
    narrated = narrate(careless, ffmpeg, tmp_path, TEXT)
    (one,) = narrated.sentences
    assert one.verified is False and one.tries == 1 + MOST_RETAKES == len(careless.spoken)
    assert [doubt.kind for doubt in one.doubts] == ["skipped"]
    assert one.seed == careless.spoken[1].seed


def test_only_the_doubtful_sentence_is_said_again_and_nothing_is_heard_twice(
    careless: Careless, ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    careless.faults = [lambda spoken: dropped(1, 1)(spoken) if len(spoken.words or ()) > 8 else none(spoken)]
    narrated = narrate(careless, ffmpeg, tmp_path)
    assert [sentence.tries for sentence in narrated.sentences] == [2, 1]
    assert (len(careless.spoken), careless.listened) == (3, 3)
    assert [sentence.verified for sentence in narrated.sentences] == [True, True]

    again = Narrator(careless, TakeStore(tmp_path / "takes"), ffmpeg).follow(
        NarrationPlan.from_dict(narrated.plan.to_dict()), tmp_path / "out", Work()
    )
    assert (len(careless.spoken), careless.listened) == (3, 3)
    assert again.sentences == tuple(replace_cached(one) for one in narrated.sentences)


def replace_cached(sentence: object) -> object:
    return sentence.model_copy(update={"from_cache": True})  # type: ignore[attr-defined]


def test_an_engine_that_does_not_draw_is_not_asked_again(
    engines: Engines, careless: Careless, ffmpeg: Ffmpeg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    careless.faults = [dropped(1, 1)]
    monkeypatch.setattr(careless, "draws", engines.draws)
    (one,) = narrate(careless, ffmpeg, tmp_path, TEXT).sentences
    assert (one.verified, one.tries, len(careless.spoken)) == (False, 1, 1)


def test_stop_ends_the_listening(careless: Careless, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    from backend.errors import Cancelled
    from tests.script.reading import read

    cancel = Cancel()

    def report(fraction: float, message: str, **details: object) -> None:
        if message.startswith("Listening"):
            cancel.set()

    narrator = Narrator(careless, TakeStore(tmp_path / "takes"), ffmpeg)
    settings = NarrationSettings(engine=lambda voice: "kokoro", verify=True)
    with pytest.raises(Cancelled):
        narrator.narrate(read(TEXT), settings, tmp_path, Work(report, cancel))
    assert careless.listened == 0
