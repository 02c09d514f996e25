"""What is shown: complete, and never markup where a person's words stand."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from backend import captions as drawing
from tests.ui import voice_values
from tests.ui.desk_studio import NASTY, DeskStudio, link, narration
from ui.show import Show, show_narration, show_video
from ui.views import cues, library, progress, stage, swatches, system, voices
from ui.views.styles import style_cards

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)


@pytest.fixture
def video(studio: DeskStudio) -> Show:
    return show_video(studio.video(["1080x1920", "1920x1080"]))


def nasty_show() -> Show:
    return show_narration(narration(f"Say {NASTY} twice."))


def test_an_empty_stage_teaches() -> None:
    drawn = stage.draw(Show())
    assert "Your video appears here" in drawn
    assert "<video" not in drawn
    assert "data-word=" not in drawn


def test_the_stage_plays_the_video_of_its_shape(video: Show) -> None:
    assert '<video src="files/1080x1920.mp4' in stage.draw(video)
    assert '<video src="files/1920x1080.mp4' in stage.draw(replace(video, size="1920x1080"))


def test_a_shape_without_a_video_is_heard_and_sketched(video: Show) -> None:
    drawn = stage.draw(replace(video, size="1080x1080"))
    assert "<audio" in drawn
    assert "data-live" in drawn


def test_captions_without_a_video_can_be_seen_moving(video: Show) -> None:
    assert "data-move" in stage.draw(replace(video, videos={}))
    assert "data-move" not in stage.draw(video)
    assert "data-move" not in stage.draw(Show())


def test_every_word_can_be_clicked(video: Show) -> None:
    drawn = stage.draw(video)
    assert drawn.count("data-word=") == len(video.words)
    assert 'data-start="0.500"' in drawn


def test_a_doubtful_word_is_marked(video: Show) -> None:
    assert video.narration is not None
    words = [{**video.words[0], "confidence": 0.3}, *video.words[1:]]
    assert stage.draw(replace(video, narration={**video.narration, "words": words})).count('class="doubtful"') == 1


def test_everything_can_be_taken_away(video: Show) -> None:
    drawn = stage.draw(video)
    for name in ("Video 9:16", "Video 16:9", "Audio", "SRT", "VTT", "CSV", "JSON", "ASS", "Share"):
        assert name in drawn


def test_a_script_with_markup_in_it_stays_text(studio: DeskStudio) -> None:
    for drawn in (stage.draw(nasty_show()), progress.finished(nasty_show())):
        assert "<img src=x" not in drawn
        assert "&lt;img" in drawn


def test_a_caption_with_markup_in_it_stays_text(video: Show) -> None:
    captions = video.captions[video.size]
    nasty = {**captions["cues"][0], "text": NASTY, "words": []}
    shown = replace(video, captions={video.size: {**captions, "cues": [nasty], "warnings": [NASTY]}})
    for drawn in (cues.draw(shown), stage.draw(shown)):
        assert "<img src=x" not in drawn


def test_the_caption_editor_has_every_cue_with_its_words(video: Show) -> None:
    drawn = cues.draw(video)
    given = json.loads(html.unescape(drawn.split('data-cues="')[1].split('"')[0]))
    captions = video.captions[video.size]
    assert [cue[2] for cue in given] == [cue["text"] for cue in captions["cues"]]
    assert [word[0] for cue in given for word in cue[3]] == [w["text"] for c in captions["cues"] for w in c["words"]]
    assert f'data-captions="{captions["captions_id"]}"' in drawn


def test_no_captions_say_how_to_get_them() -> None:
    assert "Write a script" in cues.draw(Show())


def test_a_running_job_shows_its_sentences(studio: DeskStudio) -> None:
    studio.state = "running"
    drawn = progress.card(studio.call("job_status", {"job_id": "job_1"}))
    assert 'id="stop"' in drawn
    assert "1 of 3 · 4 s left" in drawn
    assert 'data-hear="files/take.wav?expires=1&amp;signature=ab"' in drawn
    assert [drawn.count(f"is-{state}") for state in ("done", "now", "next")] == [1, 1, 1]
    assert "<img src=x" not in drawn


def test_a_waiting_job_says_behind_how_many(studio: DeskStudio) -> None:
    studio.state = "queued"
    assert "2 jobs before this one" in progress.card(studio.call("job_status", {"job_id": "job_1"}))


def test_a_failed_job_says_why(studio: DeskStudio) -> None:
    studio.state = "failed"
    drawn = progress.card(studio.call("job_status", {"job_id": "job_1"}))
    assert "It ended." in drawn
    assert "Try again." in drawn
    assert 'id="stop"' not in drawn


@pytest.mark.parametrize(
    ("states", "said"),
    [([], "Ready"), (["done"], "Ready"), (["running"], "1 running"), (["running", "queued"], "1 running · 1 waiting")],
)
def test_the_pill_counts_jobs(states: list[str], said: str) -> None:
    assert said in progress.pill([{"state": state} for state in states])


def test_the_shelf_shows_titles_as_text() -> None:
    item = {"kind": "video", "id": "vid_1", "title": NASTY, "created_at": "2026-11-22T11:00:00Z", "duration": 61}
    drawn = library.draw([{**item, "thumbnail": link("t.jpg"), "file": link("v.mp4")}], NOW)
    assert "<img src=x" not in drawn
    assert "1:01" in drawn
    assert "Video · 60 minutes ago" in drawn
    assert drawn.count("data-delete") == 3


def test_an_empty_shelf_teaches() -> None:
    assert "Nothing on the shelf yet" in library.draw([])


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-22T11:59:30Z", "just now"),
        ("2026-11-22T11:20:00+00:00", "40 minutes ago"),
        ("2026-11-22T02:00:00", "10 hours ago"),
        ("2026-11-21T10:00:00Z", "yesterday"),
        ("2026-11-02T10:00:00Z", "2 Nov"),
        ("2025-11-02T10:00:00Z", "2 Nov 2025"),
        ("soon", ""),
    ],
)
def test_moments_read_as_people_say_them(moment: str, said: str) -> None:
    assert library.ago(moment, NOW) == said


def test_the_system_says_what_is_missing() -> None:
    engines = [
        voice_values.engine(engine="one", installed=True, languages=["en-us", "fr"]),
        voice_values.engine(engine="two"),
    ]
    drawn = system.draw(
        {
            "engines": engines,
            "warnings": [NASTY],
            "ffmpeg": {"version": "n9.0.2-17-gabc", "source": "imageio-ffmpeg"},
            "disk": {"free_bytes": 5e9, "total_bytes": 2e10},
        }
    )
    for said in ("weights are fetched at first use", "not installed", "2 languages", "9.0.2 · imageio-ffmpeg"):
        assert said in drawn
    assert "5.0 GB free of 20 GB" in drawn
    assert "<img src=x" not in drawn


def test_a_system_in_order_says_so() -> None:
    assert "Everything is in order" in system.draw({})


def test_all_voices_can_be_chosen_and_heard(studio: DeskStudio) -> None:
    known = studio.call("list_voices", {})["voices"]
    drawn = voices.voice_cards([*known[:-1], {**known[-1], "name": NASTY, "available": False}])
    assert drawn.count("data-choice=") == len(known)
    assert drawn.count("data-preview=") == len(known) - 1
    assert drawn.index('data-choice="af_heart"') < drawn.index('data-choice="bf_emma"')
    assert "<img src=x" not in drawn


def test_voices_are_filtered_by_every_language_there_is(studio: DeskStudio) -> None:
    known = studio.call("list_voices", {})["voices"]
    drawn = voices.voice_filter(known)
    assert drawn.count("<option") == len({voice["language"] for voice in known}) + 1 + 3


def test_every_style_has_a_card_with_its_own_look() -> None:
    drawn = style_cards(drawing.list_styles(), drawing.list_fonts())
    assert drawn.count("data-choice=") == len(drawing.STYLES)
    assert "--accent-now:#FFE135" in drawn
    assert 'data-font-file="Montserrat-Black.ttf"' in drawn


def test_uploaded_backgrounds_are_named_and_can_be_removed() -> None:
    picture = {**link('a")b.png', "image/png"), "name": NASTY, "count": 1}
    clips = {**link("c.mp4", "video/mp4"), "count": 3}
    drawn = swatches.swatches({"files:a": picture, "files:c": clips})
    assert "<img src=x" not in drawn
    assert "3 files" in drawn
    assert drawn.count("data-remove") == 2
    assert "url(&quot;files/a)b.png" in drawn


def test_music_that_was_brought_can_be_heard() -> None:
    drawn = swatches.music_cards(link("song.mp3", "audio/mpeg"))
    assert 'data-choice="file:made_1.1.song.mp3"' in drawn
    assert "song.mp3" in drawn


def test_only_the_favourites_come_with_the_page(studio: DeskStudio) -> None:
    known = studio.call("list_voices", {})["voices"]
    assert voices.first_cards(known, "af_heart").count("data-choice=") == len(voices.FAVOURITES)
    assert voices.first_cards(known, "zm_yunxi").count("data-choice=") == len(known)
