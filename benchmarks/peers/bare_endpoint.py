"""A Gradio app with one public endpoint and nothing behind it, called without the queue."""

from __future__ import annotations

import gradio as gr
from gradio.events import api


def answer(text: str) -> dict[str, str]:
    """As little as an endpoint can do."""
    return {"text": text}


def main() -> None:
    """Serve until stopped."""
    with gr.Blocks(title="Bare") as page:
        api(answer, api_name="answer", queue=False)
    page.launch(server_name="127.0.0.1", quiet=True)


if __name__ == "__main__":
    main()
