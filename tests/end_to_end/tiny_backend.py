"""The command line as it is, with tiny weights: ``python -m tests.end_to_end.tiny_backend GIVEN call …``.

``GIVEN`` has a folder of weights for each engine. The studio pins the published files by their hashes, so only
a table of weights of the tests' own lets it take these; all else is what ``python -m backend …`` does.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from backend.engines import ENGINES
from backend.engines.weights import WEIGHTS, Weights
from backend.fronts import cli
from backend.studio import Studio
from tests.engines.real import shrink_chatterbox, weights_in


def tiny_weights(given: Path) -> dict[str, Weights]:
    """The table of weights with those in ``given``; from now on Chatterbox's code is the one for tiny weights."""
    shrink_chatterbox(ENGINES)
    return {**WEIGHTS, **{folder.name: weights_in(folder, folder.name) for folder in given.iterdir()}}


if __name__ == "__main__":
    vars(cli)["Studio"] = partial(Studio, weights=tiny_weights(Path(sys.argv[1])))
    sys.exit(cli.main(sys.argv[2:]))
