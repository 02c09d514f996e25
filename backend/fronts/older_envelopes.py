"""How callers of the earlier RunPod workers wrap a request, as today's ``{"operation": NAME, …fields}``.

One wrapped the fields once more: ``{"operation": NAME, "parameters": {…}}``. The other named the operation
``endpoint``, and without one spoke a ``text`` with F5-TTS in the voice it called ``local_voice``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def unwrap(given: Any) -> Any:
    """The input of a job in today's form; what is in that form, or in none, is left as it is."""
    if not isinstance(given, Mapping):
        return given
    fields = dict(given)
    if "operation" not in fields and "endpoint" in fields:
        fields["operation"] = fields.pop("endpoint")
    if "operation" not in fields and "text" in fields:
        fields["operation"] = "generate_f5_tts"
        if "local_voice" in fields and "voice" not in fields:
            fields["voice"] = fields.pop("local_voice")
    if isinstance(fields.get("parameters"), Mapping):
        fields = {**fields.pop("parameters"), **fields}
    return fields
