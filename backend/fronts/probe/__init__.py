"""``python -m backend probe URL``: tries a studio from outside, the way its users reach it, and says how fast it is."""

from backend.fronts.probe.doors import Door
from backend.fronts.probe.visit import Findings, Wishes, visit

__all__ = ["Door", "Findings", "Wishes", "visit"]
