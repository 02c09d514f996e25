"""Makes the good files."""

from tests.media.conftest import ffmpeg, make  # noqa: F401 - fixtures
