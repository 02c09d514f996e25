"""How the page listens: never in the public API, never in Gradio's queue. Work that takes long is a job."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import gradio as gr

from ui.choices import Choices

_KEPT_UNDER = "voicereel"
PRIVATE: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
"""For listeners that ask the studio."""
IN_BROWSER: dict[str, Any] = {"fn": None, "show_progress": "hidden", "api_visibility": "private"}
"""For listeners that run in the browser alone."""


def kept(name: str, render: bool = True) -> gr.BrowserState:
    """Something the browser keeps for the next visit: a dictionary, empty at first.

    What is placed inside a tab is there only once the tab is opened: with ``render=False`` it is placed later, outside.
    """
    return gr.BrowserState({}, storage_key=f"{_KEPT_UNDER}-{name}", secret=_KEPT_UNDER, render=render)


def ticking(seconds: float) -> gr.Timer:
    """A timer that stands still, to be placed outside the tabs."""
    return gr.Timer(seconds, active=False, render=False)


def place_here(*components: Any) -> None:
    """Place what was made with ``render=False``."""
    for component in components:
        component.render()


def event_data(event: Any, name: str, default: Any = "") -> Any:
    """A value that came with an event of our own; ``default`` when the page sent none."""
    data = getattr(event, "_data", None)
    return data.get(name, default) if isinstance(data, dict) else default


def remember(controls: Sequence[Any], memory: Any) -> None:
    """Keep every choice in the browser as soon as it is made."""
    names = json.dumps([field.name for field in fields(Choices)])
    script = f"(...values) => Object.fromEntries({names}.map((name, place) => [name, values[place]]))"
    for control in controls:
        # Not input: a text box tells of keys only, and then a pasted script would be forgotten.
        control.change(**IN_BROWSER, js=script, inputs=list(controls), outputs=[memory])


def follow(leader: Any, follower: Any) -> None:
    """What is picked in one choice is picked in the other."""
    leader.pick(**IN_BROWSER, js="(value) => value", inputs=[leader], outputs=[follower])
