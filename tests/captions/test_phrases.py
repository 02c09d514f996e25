"""Where text without spaces is parted: at phrases, and never where typesetters never do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.captions import STYLES, make_cues, parse_subtitles, words_of
from backend.captions.phrases import joints, split_words
from backend.models import CaptionLayout, Word

TEXTS = {
    "Japanese": "霧が立ちこめる日には、灯台守は決して扉を赤く塗ってはいけない。「なぜですか？」と、少年は尋ねた。",
    "Chinese": "每个灯塔看守人都先学会一条规则：起雾的日子，绝不能给门刷漆。“为什么？”男孩问道。",
    "traditional Chinese": "每個燈塔看守人都先學會一條規則：起霧的日子，絕不能給門刷漆。《為什麼？》男孩問道。",
    "Thai": "ผู้ดูแลประภาคารทุกคนเรียนรู้กฎข้อแรกว่าอย่าทาสีประตูในวันที่มีหมอกลงจัด",
}
CLOSING = tuple("、。，：；？！」』）》”ーっゃゅょァィッ々ำะๆ")
OPENING = tuple("「『（《“เแโใไ")


def by_letters(text: str) -> list[Word]:
    """As a recogniser gives it: every character by itself."""
    return [Word(text=letter, start=i * 0.15, end=(i + 1) * 0.15) for i, letter in enumerate(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("今日はとても天気がいいですね。", ["今日は", "とても", "天気が", "いいですね。"]),
        ("「なぜ？」と尋ねた。", ["「なぜ？」と", "尋ねた。"]),
        ("今天是晴天。", ["今天", "是", "晴天。"]),
        ("วันนี้อากาศดี", ["วัน", "นี้", "อากาศ", "ดี"]),
        ("Tokyo駅 へ行く", ["Tokyo", "駅", "へ", "行く"]),
        ("plain words, as ever", ["plain", "words,", "as", "ever"]),
        ("한국어는 띄어 쓴다.", ["한국어는", "띄어", "쓴다."]),
    ],
)
def test_words_are_phrases_where_no_spaces_are_written(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("日本語とカナっー、。「」（）？Abc 1%ไทยเำ你好“”\u0301👩‍👧"), max_size=40))
def test_no_character_is_lost_and_no_word_starts_with_what_closes(text: str) -> None:
    words = split_words(text)
    assert "".join(words) == "".join(text.split())
    assert len(joints(words)) == len(words)
    for token in text.split():
        parts = split_words(token)
        assert not [part for part in parts[1:] if part.startswith(CLOSING)]
        assert not [part for part in parts[:-1] if part.endswith(OPENING)]


@pytest.mark.parametrize("style", ["bold_pop", "clean_two_line", "one_big_word", "karaoke_sweep", "lower_third"])
@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("whole", [True, False])
def test_no_line_starts_with_what_closes_or_ends_with_what_opens(style: str, language: str, whole: bool) -> None:
    text = TEXTS[language]
    words = [Word(text=text, start=0.0, end=0.15 * len(text))] if whole else by_letters(text)
    cues = make_cues(words, STYLES[style], (1080, 1920), CaptionLayout())
    assert "".join(cue.text.replace("\n", "") for cue in cues) == text
    lines = [line for cue in cues for line in cue.text.split("\n")]
    assert len(lines) > 2
    assert not [line for line in lines[1:] if line.startswith(CLOSING)]
    assert not [line for line in lines[:-1] if line.endswith(OPENING)]
    for cue in cues:
        assert cue.words[0].start == pytest.approx(cue.start)
        assert "".join(word.text for word in cue.words) == cue.text.replace("\n", "")


@pytest.mark.parametrize("language", TEXTS)
def test_most_lines_end_with_a_phrase(language: str) -> None:
    text = TEXTS[language]
    phrases = split_words(text)
    ends = {sum(map(len, phrases[: index + 1])) for index in range(len(phrases))}
    cues = make_cues(by_letters(text), STYLES["clean_two_line"], (1080, 1920), CaptionLayout())
    place, good, count = 0, 0, 0
    for line in (line for cue in cues for line in cue.text.split("\n")):
        place, count = place + len(line), count + 1
        good += place in ends
    assert good >= 0.8 * count


def test_a_caption_holds_as_many_phrases_as_a_style_allows_not_as_many_characters() -> None:
    cues = make_cues(by_letters(TEXTS["Japanese"]), STYLES["bold_pop"], (1080, 1920), CaptionLayout())
    assert sum(len(cue.text) for cue in cues) / len(cues) > 6


def test_subtitles_in_japanese_become_phrases_that_are_lit_one_by_one() -> None:
    cues = parse_subtitles("1\n00:00:00,000 --> 00:00:02,000\n今日はとても天気がいいですね。\n", "srt")
    words = words_of(cues)
    assert [word.text for word in words] == ["今日は", "とても", "天気が", "いいですね。"]
    assert words[0].start == 0 and words[-1].end == pytest.approx(2.0)
