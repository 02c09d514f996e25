"""The first request kills the process; the next process works. The text is a file that remembers."""

import os
from pathlib import Path


class Engine:
    def load(self, models, options, progress):
        return {}

    def speak(self, request, progress, cancelled):
        memory = Path(request["text"])
        if not memory.exists():
            memory.touch()
            os._exit(1)
        return {"samples": bytes(4), "sample_rate": 8000, "words": None}
