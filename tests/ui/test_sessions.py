"""What Gradio keeps of each caller."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from gradio.state_holder import SessionState

from tests.ui.conftest import place
from ui import sessions
from ui.sessions import ANSWERS, GONE_SECONDS, SESSIONS, forget_callers, keep_sessions_small


def page() -> gr.Blocks:
    return place(_small_page)


def _small_page() -> gr.Blocks:
    made = gr.Blocks()
    with made:
        gr.State([1])
        text = gr.Textbox("words")
        text.change(str.upper, text, text)
    return made


def test_a_session_keeps_what_its_visitor_changed_and_not_how_everything_looks() -> None:
    plain, small = page(), page()
    keep_sessions_small(small)
    assert list(SessionState(plain).components)
    session = SessionState(small)
    assert list(session.components) == []
    state, text, *_ = small.blocks.values()
    session[state._id] = [1, 2]
    changed = gr.Textbox("other words", render=False)
    session[text._id] = changed
    assert session[state._id] == [1, 2] and session[text._id] is changed
    assert SessionState(small)[state._id] == [1] and SessionState(small)[text._id] is text


def test_the_page_itself_is_described_as_before() -> None:
    made = page()
    before = made.get_config_file()
    keep_sessions_small(made)
    assert made.get_config_file() == before and before["components"][1]["props"]["value"] == "words"


def mounted() -> gr.Blocks:
    def make() -> gr.Blocks:
        page = _small_page()
        keep_sessions_small(page)
        gr.mount_gradio_app(FastAPI(), page, path="/")
        forget_callers(page)
        return page

    return place(make)


def test_a_session_has_no_table_of_components_of_its_own() -> None:
    made = mounted()
    session = made.state_holder["a visitor"]
    assert dict(session.blocks_config.blocks) == {} and session.config_values == {}
    assert session.blocks_config.fns is made.default_config.fns
    assert 99_999 not in session and session.get(99_999) is None
    assert session.blocks_config.blocks.get(99_999, "none") == "none"


def test_a_caller_who_names_no_session_leaves_none() -> None:
    made = mounted()
    queue: Any = made._queue
    queue.event_ids_to_events["a call"] = "goes on"
    first, second = made.state_holder["a call"], made.state_holder["a call"]
    assert first is not second and list(made.state_holder.session_data) == []
    assert made.state_holder["a visitor"] is made.state_holder["a visitor"]
    assert made.state_holder.capacity == SESSIONS


def test_a_page_that_was_closed_an_hour_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "SWEEP_SECONDS", 0.0)
    holder: Any = mounted().state_holder
    long_ago = datetime.now() - timedelta(seconds=GONE_SECONDS + 1)
    for name in ("open", "closed", "just closed"):
        holder[name].is_closed = name != "open"
        holder.time_last_used[name] = datetime.now() if name == "just closed" else long_ago
    holder.delete_all_expired_state()
    assert set(holder.session_data) == set(holder.time_last_used) == {"open", "just closed"}


def test_answers_that_were_fetched_make_room_and_those_of_calls_under_way_stay() -> None:
    queue: Any = mounted()._queue
    answers, left = queue.pending_messages_per_session, queue.pending_event_ids_session
    for name in ("long call", "never fetched"):
        answers[name], left[name] = "", {name}
    queue.event_ids_to_events["long call"] = "goes on"
    for number in range(10 * ANSWERS):
        answers[f"call {number}"] = ""
        left[f"call {number}"] = set()
    assert len(answers) <= ANSWERS and len(left) == len(answers)
    assert {"long call", "never fetched"} <= answers.keys(), "what was fetched goes first"
    for number in range(10 * ANSWERS):
        answers[f"lost {number}"] = ""
        left[f"lost {number}"] = {f"lost {number}"}
    assert "long call" in answers and "never fetched" not in answers
    assert len(answers) <= ANSWERS and len(left) == len(answers)
