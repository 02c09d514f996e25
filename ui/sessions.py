"""Gradio's memory of who calls, kept small.

Each call that names no session makes a new one, and Gradio keeps ten thousand of them. With each it keeps how every
component of the page looked, for links that open the page in that state: on this page 400 kB and 20 ms a call. Jobs and
results here have addresses of their own instead, so nothing is kept for such links.
"""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.blocks import Block, BlocksConfig
from gradio.renderable import Renderable


def keep_sessions_small(page: gr.Blocks) -> None:
    """Have new sessions of ``page``, which is built, remember what their visitor changed and nothing else."""
    page.default_config.__class__ = _Config


class _Config(BlocksConfig):
    """What the page is made of; each session begins with a copy."""

    def __copy__(self) -> BlocksConfig:
        copied: BlocksConfig = super().__copy__()  # type: ignore[no-untyped-call]
        copied.__class__ = _SessionConfig
        return copied


class _SessionConfig(BlocksConfig):
    """The same in a session, which never says how a component looks unless it is drawn anew."""

    @staticmethod
    def config_for_block(
        _id: int, rendered_ids: list[int], block: Block, renderable: Renderable | None = None
    ) -> dict[str, Any]:
        return BlocksConfig.config_for_block(_id, rendered_ids, block, renderable) if renderable else {}
