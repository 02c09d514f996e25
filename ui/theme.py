"""Gradio's theme, reduced to our colours: paper and ink, one warm accent. The look itself is in ``css/``."""

from __future__ import annotations

import gradio as gr

_COLOURS = {
    "body_background_fill": "var(--paper)",
    "body_text_color": "var(--ink)",
    "body_text_color_subdued": "var(--mute)",
    "background_fill_primary": "var(--card)",
    "background_fill_secondary": "var(--soft)",
    "block_background_fill": "transparent",
    "block_label_text_color": "var(--ink)",
    "block_title_text_color": "var(--ink)",
    "border_color_primary": "var(--line)",
    "border_color_accent": "var(--ink)",
    "input_background_fill": "var(--card)",
    "input_border_color": "var(--line)",
    "input_border_color_focus": "var(--ink)",
    "input_placeholder_color": "var(--mute)",
    "button_primary_background_fill": "var(--accent)",
    "button_primary_background_fill_hover": "var(--accent-deep)",
    "button_primary_text_color": "#fff",
    "button_secondary_background_fill": "var(--card)",
    "button_secondary_background_fill_hover": "var(--soft)",
    "button_secondary_text_color": "var(--ink)",
    "slider_color": "var(--ink)",
    "color_accent": "var(--accent)",
    "color_accent_soft": "var(--soft)",
}
"""Each is a variable of ours, so that light and dark are decided in one place: `css/tokens.css`."""


def theme() -> gr.themes.Base:
    """The theme."""
    font = ("Inter", "system-ui", "sans-serif")
    base = gr.themes.Base(
        font=[gr.themes.Font(name) for name in font],
        font_mono=[gr.themes.Font("ui-monospace"), gr.themes.Font("monospace")],
        radius_size=gr.themes.sizes.radius_lg,
    )
    dark = {f"{name}_dark": value for name, value in _COLOURS.items() if hasattr(base, f"{name}_dark")}
    return base.set(
        **_COLOURS,
        **dark,
        block_border_width="0px",
        block_padding="0px",
        block_shadow="none",
        layout_gap="16px",
        input_shadow="none",
        input_shadow_focus="none",
        button_primary_shadow="none",
        button_secondary_shadow="none",
    )
