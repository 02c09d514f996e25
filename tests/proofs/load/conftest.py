"""One watched studio for all checks of a process."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

from tests.end_to_end.conftest import free_port, make_home, serve
from tests.proofs.load.studio import ANNAS, BENS, KEY, MOST_JOBS, Watched


@pytest.fixture(scope="package")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A studio with three keys, and the window into its process."""
    folder = tmp_path_factory.mktemp("load")
    home, port = make_home(folder / "home"), free_port()
    (folder / "temporary").mkdir()
    settings = {
        "STUDIO_API_KEY": KEY,
        "STUDIO_API_KEYS": f"anna:{ANNAS},ben:{BENS}",
        "STUDIO_MAX_JOBS_PER_KEY": str(MOST_JOBS),
        "TMPDIR": str(folder / "temporary"),
    }
    with serve(home, port, ("-m", "tests.proofs.load.watched"), **settings) as server:
        watched = Watched(f"http://127.0.0.1:{port}", home, folder / "temporary", psutil.Process(server.pid))
        # Engines, ffmpeg, and everything that is imported when it is first needed.
        watched.main.ended(watched.main.submit("generate_speech", script="Everything is warm.", engine="silence"))
        yield watched
