"""A page of its own for each test, over a studio that lives in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import gradio as gr
import pytest

from tests.ui.desk_studio import DeskStudio
from ui.desk import Desk
from ui.show import Show

Made = TypeVar("Made")


def place(make: Callable[[], Made]) -> Made:
    """Make components inside a running event loop: outside one, Gradio opens a loop and never closes it."""

    async def make_here() -> Made:
        return make()

    return asyncio.run(make_here())


@pytest.fixture
def studio() -> DeskStudio:
    return DeskStudio()


@pytest.fixture
def desk(studio: DeskStudio) -> Desk:
    """The shared components, placed on a bare page."""
    return place(lambda: _desk(studio))


def _desk(studio: DeskStudio) -> Desk:
    with gr.Blocks():
        pieces = {name: gr.HTML() for name in ("pill", "job", "strip", "stage", "cues")}
        return Desk(
            studio=studio,
            current=gr.BrowserState({}, storage_key="test", secret="test"),
            show=gr.State(Show()),
            timer=gr.Timer(1, active=False),
            video_problem=gr.HTML(),
            video_job=gr.HTML(),
            recording=gr.HTML(),
            **pieces,
        )
