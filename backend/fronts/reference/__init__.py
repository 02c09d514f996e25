"""The API reference, drawn from the operations table and `entries.py`: ``python -m backend reference > docs/api.md``.

Tests compare the file with what this prints, and run its examples, so the reference cannot fall behind.
"""

from backend.fronts.reference.page import api_reference

__all__ = ["api_reference"]
