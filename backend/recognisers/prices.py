"""What services of others cost."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Price:
    """What a service takes for a recording."""

    dollars: float
    """US dollars a minute."""
    step: float
    """Seconds to which each request is rounded up."""
    service: str
    source: str
    """Where it stands, and as of when."""

    def of(self, seconds: float, longest: float) -> float:
        """About what a recording costs in requests of at most ``longest`` seconds each."""
        requests = max(1, math.ceil(seconds / longest))
        billed = requests * self.step * math.ceil(seconds / requests / self.step)
        return round(self.dollars * billed / 60, 4)

    def to_dict(self, amount: float) -> dict[str, Any]:
        """As callers see it."""
        return {"amount": amount, "currency": "USD", "service": self.service, "source": self.source}


GOOGLE = Price(
    dollars=0.024,
    step=15.0,
    service="Google Cloud Speech-to-Text",
    source="list price of 2024 for V1 without data logging, before the free minutes of each month; "
    "today's: https://cloud.google.com/speech-to-text/pricing",
)
