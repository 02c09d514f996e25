"""The page as it is, with tiny weights: ``python -m tests.end_to_end.tiny_app GIVEN``; see `tiny_backend`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import app
from backend.studio import Studio
from tests.end_to_end.tiny_backend import tiny_weights

if __name__ == "__main__":
    vars(app)["Studio"] = partial(Studio, weights=tiny_weights(Path(sys.argv[1])))
    app.main()
