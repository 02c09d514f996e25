"""What Gradio keeps of each caller."""

from __future__ import annotations

import gradio as gr
from gradio.state_holder import SessionState

from tests.ui.conftest import place
from ui.sessions import keep_sessions_small


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
