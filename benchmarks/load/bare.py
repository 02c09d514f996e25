"""The least that a Gradio app can do for the same users: endpoints of the same names that answer at once."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.events import api


def main() -> None:
    scripts: dict[str, str] = {}

    def submit_job(operation: str, arguments: Any, key: str) -> dict[str, str]:
        scripts[key] = arguments["script"]
        return {"job_id": key}

    def job_status(job_id: str) -> dict[str, str]:
        return {"state": "done"}

    def job_result(job_id: str) -> dict[str, str]:
        return {"script": scripts[job_id]}

    with gr.Blocks() as page:
        for function in (submit_job, job_status, job_result):
            api(function, api_name=function.__name__, concurrency_limit=None, queue=False)
    page.launch(quiet=True)


if __name__ == "__main__":
    main()
