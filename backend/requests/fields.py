"""Fields that several requests have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Script = Annotated[str, Field(description="What is to be said, with optional markup.")]

Speed = Annotated[float, Field(ge=0.5, le=2.0, description="1 is the voice's own pace.")]

Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]

Limit = Annotated[int, Field(ge=1, le=1000)]
