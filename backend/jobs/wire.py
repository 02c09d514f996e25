"""JSON values, the only ones that go into and come out of a job."""

from __future__ import annotations

import json
from typing import Any


def as_json(value: Any) -> Any:
    """``value`` as it will be read back.

    Raises:
        TypeError, ValueError: it holds something else than JSON values (NaN is none).
    """
    return json.loads(json.dumps(value, allow_nan=False))
