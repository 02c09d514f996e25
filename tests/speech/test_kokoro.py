"""Narrations by the real Kokoro, understood by the real Whisper."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import jiwer
import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.engines import Engines
from backend.media.audio import measure_loudness
from backend.media.ffmpeg import Ffmpeg
from backend.speech import Narrated, NarrationSettings, Narrator, TakeStore
from backend.work import Work
from tests.script.reading import read

SCRIPT = """# The harbour

Every morning the **harbour** wakes before the town does. Nobody speaks much at that hour 😀.
The baker, Mrs. [Okonkwo](/oʊkˈɒŋkwoʊ/), opens her door at five and lets the warm smell out.

Visitors set their watches by the old clock, and then miss the ferry. [voice am_michael] Residents add seven minutes
and never mention it."""
HEARD = """The harbour. Every morning the harbour wakes before the town does. Nobody speaks much at that hour.
The baker, Mrs. Okonkwo, opens her door at five and lets the warm smell out. Visitors set their watches by the old
clock, and then miss the ferry. Residents add seven minutes and never mention it."""


def settings() -> NarrationSettings:
    return NarrationSettings(engine=lambda voice: "kokoro", verify=True)


@pytest.fixture(scope="module")
def narrator(engines: Engines, ffmpeg: Ffmpeg, tmp_path_factory: pytest.TempPathFactory) -> Narrator:
    return Narrator(engines, TakeStore(tmp_path_factory.mktemp("takes")), ffmpeg)


@pytest.fixture(scope="module")
def narrated(narrator: Narrator, tmp_path_factory: pytest.TempPathFactory) -> Narrated:
    return narrator.narrate(read(SCRIPT), settings(), tmp_path_factory.mktemp("narration"), Work())


def simple(text: str) -> str:
    kept = "".join(character if character.isalnum() else " " for character in text.lower())
    return " ".join(kept.replace("harbor", "harbour").replace("harbouur", "harbour").split())


def test_the_words_are_the_scripts_words_in_order(narrated: Narrated) -> None:
    expected = HEARD.replace("hour.", "hour 😀.").replace("The harbour. ", "The harbour ", 1).split()
    assert [word.text for word in narrated.words] == expected


def test_word_times_fill_their_sentences_and_the_audio_is_as_long_as_its_samples(narrated: Narrated) -> None:
    assert soundfile.info(narrated.wave).frames == narrated.samples
    edges = [edge for word in narrated.words for edge in (word.start, word.end)]
    assert all(first <= second for first, second in pairwise(edges))
    for sentence in narrated.sentences:
        inside = [word for word in narrated.words if sentence.start <= word.start < sentence.end]
        assert inside[-1].end <= sentence.end
        assert inside[0].start - sentence.start < 0.2


def test_whisper_hears_the_script(narrated: Narrated, engines: Engines) -> None:
    heard = engines.listen("whisper", narrated.wave, "en", Work()).text
    assert jiwer.wer(simple(HEARD), simple(heard)) < 0.1
    assert [sentence.verified for sentence in narrated.sentences] == [True] * len(narrated.sentences)


def test_between_sentences_there_is_silence_and_in_words_there_is_sound(narrated: Narrated) -> None:
    samples, rate = soundfile.read(narrated.wave, dtype="float32")
    for before, after in pairwise(narrated.sentences):
        assert not samples[round(before.end * rate) : round(after.start * rate)].any()
        assert 0.24 <= after.start - before.end <= 0.61
    for word in narrated.words:
        if word.text[0].isalpha():
            assert np.abs(samples[round(word.start * rate) : round(word.end * rate)]).max() > 0.01, word


def test_it_is_as_loud_as_asked_and_never_over_the_ceiling(narrated: Narrated, ffmpeg: Ffmpeg) -> None:
    loudness, peak = measure_loudness(ffmpeg, narrated.wave)
    assert loudness == pytest.approx(-16.0, abs=0.3)
    assert peak <= -1.4  # its meter says tenths


def test_a_second_time_nothing_is_spoken_and_a_changed_sentence_is_spoken_alone(
    narrator: Narrator, narrated: Narrated, tmp_path: Path
) -> None:
    again = narrator.narrate(read(SCRIPT), NarrationSettings(engine=lambda voice: "kokoro"), tmp_path, Work())
    assert all(sentence.from_cache for sentence in again.sentences)
    assert again.words == narrated.words
    changed = read(SCRIPT.replace("at five", "at four"))
    after = narrator.narrate(changed, NarrationSettings(engine=lambda voice: "kokoro"), tmp_path, Work())
    assert [sentence.from_cache for sentence in after.sentences] == [True, True, True, False, True, True]


def test_a_language_the_recogniser_does_not_know_is_not_judged(narrator: Narrator, tmp_path: Path) -> None:
    narrated = narrator.narrate(read("Hola, cuesta 100 €.", "ef_dora"), settings(), tmp_path, Work())
    assert [sentence.verified for sentence in narrated.sentences] == [None]
    assert [word.text for word in narrated.words] == ["Hola,", "cuesta", "100", "€."]
