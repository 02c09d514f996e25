"""An engine without a model: silence as long as the text would take, with evenly spaced words."""

from __future__ import annotations

import time
from typing import Any

SAMPLE_RATE = 24_000
SECONDS_A_CHARACTER = 0.065
"""About how long a person takes, so that timings look real."""


class Engine:
    """Speaks silence. The option ``seconds_to_think`` makes it slow, for trying progress and Stop."""

    def load(self, models: str, options: dict[str, Any], progress: Any) -> dict[str, Any]:
        return {}

    def speak(self, request: dict[str, Any], progress: Any, cancelled: Any) -> dict[str, Any]:
        until = time.monotonic() + float(request["options"].get("seconds_to_think", 0.0))
        while (left := until - time.monotonic()) > 0 and not cancelled():
            time.sleep(min(left, 0.02))
        samples = max(1, round(len(request["text"]) * SECONDS_A_CHARACTER / request["speed"] * SAMPLE_RATE))
        count = len(request["words"])
        words = [(samples * index // count, samples * (index + 1) // count) for index in range(count)]
        return {"samples": bytes(4 * samples), "sample_rate": SAMPLE_RATE, "words": words}
