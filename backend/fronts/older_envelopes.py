"""How callers of the earlier RunPod workers wrap a request, as today's ``{"operation": NAME, …fields}``.

One wrapped the fields once more: ``{"operation": NAME, "parameters": {…}}``. The other named the operation
``endpoint``, and without one spoke a ``text`` with F5-TTS in the voice it called ``local_voice``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def unwrap(given: Any) -> tuple[Any, dict[str, Any]]:
    """The operation that a job's input names, in today's form or an earlier one, and its fields.

    What names none is answered with None. An operation that has a field ``operation`` itself, such as ``submit_job``,
    is sent its fields in ``parameters``.
    """
    if not isinstance(given, Mapping):
        return None, {}
    fields = dict(given)
    if "operation" not in fields and "endpoint" in fields:
        fields["operation"] = fields.pop("endpoint")
    if "operation" not in fields and "text" in fields:
        fields["operation"] = "generate_f5_tts"
        if "local_voice" in fields and "voice" not in fields:
            fields["voice"] = fields.pop("local_voice")
    name = fields.pop("operation", None)
    if isinstance(fields.get("parameters"), Mapping):
        fields = {**fields.pop("parameters"), **fields}
    return name, fields
