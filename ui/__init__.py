"""The page. ``build(studio)`` places it, ``page_options()`` is what mounting it takes.

The application that mounts it serves the repository's ``assets`` folder at ``ASSETS_AT``. Not at ``/assets``: Gradio's
own scripts come from there.
"""

import gradio as gr

from ui import page
from ui.assets import ASSETS_AT, page_options
from ui.sessions import forget_callers
from ui.studio import Studio
from ui.visitors import for_visitors

__all__ = ["ASSETS_AT", "build", "for_visitors", "forget_callers", "page_options"]


def build(studio: Studio) -> gr.Blocks:
    """The page over this studio."""
    return page.build(studio)
