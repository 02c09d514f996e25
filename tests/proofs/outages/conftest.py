"""Jobs of trivial operations, and workers in processes of their own, as the tests of jobs have them."""

from tests.jobs.conftest import client, home, spawn

__all__ = ["client", "home", "spawn"]
