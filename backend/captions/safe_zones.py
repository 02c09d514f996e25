"""Where the apps that show a video draw their own buttons and texts: what captions must stay out of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from backend.models import Value

_FILE = Path(__file__).resolve().parents[2] / "assets" / "safe_zones.json"
Margin = Annotated[float, Field(ge=0, lt=0.5)]
"""Share of the frame's width or height."""


class SafeZone(Value):
    """The margins of one app. docs/captions.md says where they come from."""

    name: str
    title: str
    """What people call the app."""
    shape: Literal["tall", "wide"]
    """The frames it is about: 9:16, or all others."""
    top: Margin
    right: Margin
    bottom: Margin
    left: Margin
    source: str
    """Address of the page that publishes them."""
    note: str


SAFE_ZONES: tuple[SafeZone, ...] = TypeAdapter(tuple[SafeZone, ...]).validate_json(_FILE.read_bytes())
"""Every zone, in the order they are offered."""


def list_safe_zones() -> list[dict[str, Any]]:
    """Every zone as JSON-ready data."""
    return [zone.model_dump(mode="json") for zone in SAFE_ZONES]
