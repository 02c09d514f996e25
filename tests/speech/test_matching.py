"""Scripts beside what a recogniser made of them."""

from __future__ import annotations

import numpy as np

from backend.script import parse_script
from backend.speech.matching import Matches, match_words


def matched(script: str, heard: str) -> Matches:
    parsed = parse_script(script, voice="v", speed=1.0, language=lambda voice: "en-us", check_voice=lambda voice: voice)
    return match_words(parsed.sentences, heard.split(), "en")


def test_numbers_and_spellings_are_the_same_words() -> None:
    found = matched(
        "It costs $100 for 3 days; Dr. Colour paid.", "it costs one hundred dollars for three days doctor color paid"
    )
    assert found.share > 0.7 and None not in found.heard_as
    assert found.missing == found.added == ()
    assert list(found.certain) == sorted(found.certain)


def test_what_only_one_side_has_is_a_run() -> None:
    script = "The fog came up. Nobody ever says these words here. Then we went home."
    found = matched(script, "the fog came up then we went home")
    assert found.missing == ((4, 10),) and found.heard_as[4:10] == (None,) * 6
    found = matched("The fog came up. Then we went home.", "the fog came up and now back to then we went home")
    assert found.added == ((4, 8),)


def test_another_text_has_no_share() -> None:
    other = "the cat sat on a mat and the dog lay in the sun for a while and then it ran"
    assert matched("Bread needs the flour and a bit of the salt in it, and then it rises for a day.", other).share < 0.2


def test_a_script_of_one_word_can_be_found() -> None:
    assert matched("Hello.", "hello").share == 1.0


def test_the_longest_script_is_compared_and_repeats_stay_in_order() -> None:
    script = " ".join(f"And then number {n} went home again." for n in range(500))
    heard = " ".join(f"and then number {n} went home again" for n in range(500))
    found = matched(script, heard)
    assert found.share > 0.99
    assert [found.heard_as[n] for n in range(0, 3500, 7)] == list(range(0, 3500, 7))


def test_what_is_said_over_and_over_is_tied_to_its_own_turn_though_words_are_misheard() -> None:
    random = np.random.default_rng(1)
    verse = "we walked along the river until the lights of the town came up and nobody said a word about it"
    written = verse.split() * 40
    heard = [word if random.random() > 0.1 else "mumble" for word in written]
    found = matched(" ".join(written), " ".join(heard))
    assert found.share > 0.6
    assert all(word == as_heard for word, as_heard in found.certain)
    assert found.missing == found.added == ()
