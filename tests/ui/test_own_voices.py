"""The list of voices that were made here, and the mixer."""

from __future__ import annotations

from tests.ui import voice_values
from tests.ui.desk_studio import NASTY, DeskStudio
from ui.views import blends, own_voices, voices


def test_the_list_shows_own_voices_only_and_never_as_markup(studio: DeskStudio) -> None:
    known = studio.call("list_voices", {})["voices"]
    mine = voice_values.voice(name=NASTY, tags=[NASTY], transcript=NASTY, description=NASTY)
    drawn = own_voices.draw([mine, *known])
    assert drawn.count("<article") == 1
    assert "<img src=x" not in drawn


def test_a_clip_is_heard_at_once_and_a_blend_is_spoken() -> None:
    assert 'data-hear="files/clip.wav' in own_voices.draw([voice_values.voice()])
    assert "data-preview=" in own_voices.draw([voice_values.blend()])


def test_a_voice_without_its_engine_says_what_to_do() -> None:
    drawn = own_voices.draw([voice_values.voice(available=False, unavailable_reason="Install it in the System tab.")])
    assert "Install it in the System tab." in drawn
    assert "data-use" not in drawn


def test_many_voices_can_be_searched() -> None:
    assert "data-own-search" not in own_voices.draw([voice_values.voice()])
    assert "data-own-search" in own_voices.draw([voice_values.voice(number) for number in range(5)])


def test_no_voice_yet_teaches() -> None:
    assert "No voice of your own yet" in own_voices.draw([])


def test_what_was_removed_is_listed() -> None:
    said = own_voices.removed(voice_values.removed(name=NASTY, job_records=2))
    assert "gone from 2 job records" in said
    assert "2 files in library, 1 file in takes" in said
    assert "1 narration spoken with it stays" in said
    assert "<img src=x" not in said
    assert "Other machines too." in own_voices.removed(voice_values.removed(elsewhere="Other machines too."))


def test_the_mixer_offers_built_in_voices_that_can_speak(studio: DeskStudio) -> None:
    known = studio.call("list_voices", {})["voices"]
    mixable = blends.mixable([voice_values.voice(), *known])
    assert len(mixable) == len([voice for voice in known if voice["available"]])
    assert blends.draw(mixable).count("data-blend-voice") == blends.MOST


def test_own_voices_stand_first_among_all_voices(studio: DeskStudio) -> None:
    mine = voice_values.voice()
    known = [*studio.call("list_voices", {})["voices"], mine]
    drawn = voices.first_cards(known, mine["voice_id"])
    assert drawn.index(mine["voice_id"]) < drawn.index("af_heart")
    assert drawn.count("data-choice=") == len(voices.FAVOURITES) + 1
