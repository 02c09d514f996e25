"""A Gradio app with one tab and a button, as its documentation shows it."""

from __future__ import annotations

import gradio as gr


def answer(text: str) -> str:
    """What the button does."""
    return text.upper()


def main() -> None:
    """Serve until stopped."""
    with gr.Blocks(title="Bare") as page, gr.Tab("Speech"):
        text = gr.Textbox(label="Script")
        result = gr.Textbox(label="Result")
        gr.Button("Make", elem_id="make").click(answer, text, result)
    page.launch(server_name="127.0.0.1", quiet=True)


if __name__ == "__main__":
    main()
