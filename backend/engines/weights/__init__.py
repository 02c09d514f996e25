"""Model files: a literal table of them, and how they are fetched. ``python -m backend.engines.weights`` fetches all."""

from backend.engines.weights.fetch import Places, ensure, fetch, folder_of, is_complete
from backend.engines.weights.table import WEIGHTS, WeightFile, Weights

__all__ = ["WEIGHTS", "Places", "WeightFile", "Weights", "ensure", "fetch", "folder_of", "is_complete"]
