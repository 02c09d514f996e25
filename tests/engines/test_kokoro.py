"""The real Kokoro: what is asked for can be heard, each word when its time says, the same whenever it is asked."""

from __future__ import annotations

import re
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import jiwer
import numpy as np
import pytest
import soundfile  # type: ignore[import-untyped]

from backend.engines import Engines, SpeakRequest, Spoken
from backend.errors import Cancelled, EngineRequestFailed
from backend.work import Work
from tests.engines.conftest import request

FRAME = 600
SENTENCES = (
    "The first thing you notice about the harbour is the noise.",
    "Gulls argue above the boats, ropes creak, and somewhere a radio plays an old song.",
    "He went to the market, bought some bread, and paid with a ten pound note.",
    "If you ask the driver where he learned his trade, he will point at the water and laugh.",
)
OTHER_LANGUAGES = (
    ("es", "ef_dora", "Los amigos de la casa comen pan, ¿no es así?"),
    ("fr-fr", "ff_siwis", "Les amis de la maison ont un problème."),
    ("hi", "hf_alpha", "नमस्ते, आप कैसे हैं?"),
    ("it", "if_sara", "L'amico della signora non c'è."),
    ("pt-br", "pf_dora", "Ele foi para o trabalho do amigo."),
    ("ja", "jf_alpha", "東京は 2024年、 「とても」 暑かったです。"),
    ("cmn", "zf_xiaobei", "今天 天气 很好， 我们 去 公园 玩 3 个 小时 吧。"),
)


def speak(engines: Engines, asked: SpeakRequest) -> Spoken:
    return engines.speak("kokoro", asked, Work())


def spans(spoken: Spoken) -> tuple[tuple[int, int], ...]:
    assert spoken.words is not None
    return spoken.words


def plain(text: str) -> str:
    return re.sub(r"[^a-z ]", "", unicodedata.normalize("NFKC", text).lower())


def loudness(spoken: Spoken, start: int, end: int) -> float:
    return float(np.sqrt(np.mean(spoken.samples[start:end] ** 2))) if end > start else 0.0


@pytest.fixture(scope="module")
def sentences(engines: Engines) -> list[Spoken]:
    return [speak(engines, request(text)) for text in SENTENCES]


@pytest.fixture(scope="module")
def fox(engines: Engines) -> Spoken:
    return speak(engines, request("The quick brown fox, it costs $100, jumped over 1,200.50 lazy dogs!"))


def test_every_asked_word_has_its_time_in_order_inside_the_sound(fox: Spoken) -> None:
    words = spans(fox)
    assert len(words) == 12
    assert fox.sample_rate == 24_000 and fox.samples.dtype == np.float32
    assert len(fox.samples) % FRAME == 0
    for start, end in words:
        assert 0 <= start < end <= len(fox.samples)
    assert all(before[1] <= after[0] for before, after in pairwise(words))


def test_words_are_loud_and_what_is_around_them_is_quiet(fox: Spoken) -> None:
    words = spans(fox)
    quietest = min(loudness(fox, *word) for word in words)
    assert loudness(fox, 0, words[0][0] - 2 * FRAME) < quietest / 4
    assert float(np.abs(fox.samples).max()) <= 1.0


def test_a_long_number_takes_longer_than_a_short_word(fox: Spoken) -> None:
    the, number = spans(fox)[0], spans(fox)[9]
    assert number[1] - number[0] > 5 * (the[1] - the[0])


def test_a_word_said_with_a_pause_after_it_ends_before_the_pause(engines: Engines) -> None:
    spoken = speak(engines, request("Stop. Go on."))
    (_, end), (start, _), _ = spans(spoken)
    assert start - end >= 4 * FRAME


def test_words_that_are_not_said_have_empty_spans(engines: Engines) -> None:
    spoken = speak(engines, SpeakRequest("yes — no", words=((0, 3), (4, 5), (6, 8))))
    first, dash, last = spans(spoken)
    assert dash[0] == dash[1] == first[1] <= last[0]


def test_nothing_to_say_gives_no_sound(engines: Engines) -> None:
    spoken = speak(engines, SpeakRequest("", words=()))
    assert len(spoken.samples) == 0 and spans(spoken) == ()


def test_the_same_request_gives_the_same_samples_alone_or_among_others(
    engines: Engines, sentences: list[Spoken]
) -> None:
    with ThreadPoolExecutor(4) as threads:
        among = list(threads.map(lambda text: speak(engines, request(text)), SENTENCES[:2]))
    for index, spoken in enumerate(among):
        assert np.array_equal(spoken.samples, sentences[index].samples)
        assert spoken.words == sentences[index].words


def test_speech_is_understood(engines: Engines, sentences: list[Spoken], tmp_path: Path) -> None:
    heard = []
    for index, spoken in enumerate(sentences):
        path = tmp_path / f"{index}.wav"
        soundfile.write(path, spoken.samples, spoken.sample_rate)
        heard.append(engines.listen("whisper", path, "en", Work()).text)
    assert jiwer.wer([plain(text) for text in SENTENCES], [plain(text) for text in heard]) < 0.1


def test_the_recogniser_hears_words_where_their_times_say(
    engines: Engines, sentences: list[Spoken], tmp_path: Path
) -> None:
    text, spoken, path = SENTENCES[3], sentences[3], tmp_path / "spoken.wav"
    soundfile.write(path, spoken.samples, spoken.sample_rate)
    heard = engines.listen("whisper", path, "en", Work())
    assert [plain(word.text) for word in heard.words] == [plain(word) for word in text.split()]
    assert heard.duration == pytest.approx(len(spoken.samples) / spoken.sample_rate, abs=0.01)
    differences = [
        abs(word.start - start / spoken.sample_rate)
        for word, (start, _) in zip(heard.words, spans(spoken), strict=True)
    ]
    # The recogniser itself is off by 60 to 100 ms, and by more for the first word.
    assert float(np.median(differences)) < 0.15
    assert all(0 <= word.probability <= 1 and word.end >= word.start for word in heard.words)


def test_words_begin_and_end_with_their_sound(engines: Engines) -> None:
    """Around single words, what is louder than a hundredth of the loudest begins and ends where the times say."""
    for text in ("Take.", "Bring.", "Apple."):
        spoken = speak(engines, request(text))
        ((start, end),) = spans(spoken)
        windows = np.abs(spoken.samples[: len(spoken.samples) // 120 * 120]).reshape(-1, 120).max(axis=1)
        loud = np.flatnonzero(windows > windows.max() / 40) * 120
        assert abs(loud[0] - start) < 0.08 * spoken.sample_rate
        assert abs(loud[-1] - end) < 0.08 * spoken.sample_rate


def test_more_than_the_model_takes_at_once_is_said_in_one_piece(engines: Engines) -> None:
    text = "Every lighthouse keeper learns one rule first, " * 13 + "and that is all."
    spoken = speak(engines, request(text, speed=2.0))
    words = spans(spoken)
    assert len(words) == len(text.split())
    assert all(start < end for start, end in words)
    assert words[-1][1] <= len(spoken.samples)


def test_speed_changes_the_length(engines: Engines, sentences: list[Spoken]) -> None:
    fast = speak(engines, request(SENTENCES[0], speed=2.0))
    assert len(fast.samples) < 0.7 * len(sentences[0].samples)


def test_a_given_pronunciation_is_said_for_its_word_alone(engines: Engines) -> None:
    text = "Ask Okonkwo about it."
    as_read = speak(engines, request(text))
    as_given = speak(engines, request(text, pronunciations=((4, 11, "oʊkˈɒŋkwoʊ"),)))
    long = speak(engines, request(text, pronunciations=((4, 11, "okonkwokonkwokonkwo"),)))
    assert len(spans(as_given)) == len(spans(as_read)) == 4
    assert not np.array_equal(as_given.samples, as_read.samples)
    lengths = [end - start for start, end in spans(long)]
    assert lengths.index(max(lengths)) == 1


def test_british_and_american_differ(engines: Engines) -> None:
    american = speak(engines, request("Can't ask for tomatoes.", voice="bf_emma", language="en-us"))
    british = speak(engines, request("Can't ask for tomatoes.", voice="bf_emma", language="en-gb"))
    assert not np.array_equal(american.samples[: len(british.samples)], british.samples[: len(american.samples)])


@pytest.mark.parametrize(("language", "voice", "text"), OTHER_LANGUAGES, ids=[row[0] for row in OTHER_LANGUAGES])
def test_other_languages_have_word_times_too(engines: Engines, language: str, voice: str, text: str) -> None:
    spoken = speak(engines, request(text, voice=voice, language=language))
    words = spans(spoken)
    assert len(words) == len(text.split())
    assert all(start < end for start, end in words)
    assert all(before[1] <= after[0] for before, after in pairwise(words))
    assert loudness(spoken, words[0][0], words[-1][1]) > 0.01


@pytest.mark.parametrize("voice", ["nobody", "../kokoro-v1.0.int8", "af_heart/..", ""])
def test_a_voice_that_is_not_there_fails_this_request_only(engines: Engines, voice: str) -> None:
    with pytest.raises(EngineRequestFailed, match="voice"):
        speak(engines, request("Hello.", voice=voice))
    assert len(speak(engines, request("Hello.")).samples)


def test_stop_ends_a_sentence_in_the_middle_and_the_engine_lives_on(engines: Engines) -> None:
    text = "Every lighthouse keeper learns one rule first, " * 10
    work = Work()
    threading.Timer(0.5, work.cancel.set).start()
    with pytest.raises(Cancelled):
        engines.speak("kokoro", request(text), work)
    loaded = {engine["engine"]: engine["loaded"] for engine in engines.describe()}
    assert loaded["kokoro"]


def test_a_blend_is_a_voice_of_its_own_and_the_same_each_time(engines: Engines) -> None:
    text = "The harbour is awake."
    blended, again, other_way = (
        speak(engines, request(text, voice=voice))
        for voice in ("af_heart(2)+am_puck(1)", "af_heart(2)+am_puck(1)", "af_heart(1)+am_puck(2)")
    )
    alone = [speak(engines, request(text, voice=voice)) for voice in ("af_heart", "am_puck")]
    assert np.array_equal(blended.samples, again.samples)
    assert len(spans(blended)) == 4
    for other in (other_way, *alone):
        assert not np.array_equal(blended.samples, other.samples)


def test_a_blend_with_itself_is_the_voice(engines: Engines) -> None:
    alone, blended = (speak(engines, request("Hello.", voice=v)) for v in ("af_heart", "af_heart(1)+af_heart(1)"))
    assert np.array_equal(alone.samples, blended.samples)


@pytest.mark.parametrize("voice", ["af_heart(1)+nobody(1)", "af_heart(1)+../x(2)", "af_heart(0)+af_heart(0)", "+"])
def test_a_blend_that_cannot_be_made_fails_this_request_only(engines: Engines, voice: str) -> None:
    with pytest.raises(EngineRequestFailed, match="voice"):
        speak(engines, request("Hello.", voice=voice))
