"""What the tests of recognisers share."""

from __future__ import annotations

import pytest

from backend.recognisers import GoogleSpeech
from backend.settings import GoogleSettings
from tests.google_server import GoogleServer


def settings_for(server: GoogleServer, **more: str) -> GoogleSettings:
    return GoogleSettings.model_validate({"credentials_json": server.key, "endpoint": server.endpoint, **more})


@pytest.fixture
def google(server: GoogleServer) -> GoogleSpeech:
    return GoogleSpeech(settings_for(server), first_wait=0.01)
