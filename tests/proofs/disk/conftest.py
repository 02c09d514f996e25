"""Makes the files that a studio is given."""

from tests.media.conftest import ffmpeg, make  # noqa: F401 - fixtures
