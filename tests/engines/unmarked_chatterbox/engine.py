"""The real engine beside a watermarker that is broken in the way it breaks: imported, but None."""

from __future__ import annotations

import importlib
import sys
import types
from pathlib import Path
from typing import Any

ENGINE = Path(__file__).resolve().parents[3] / "backend" / "engines" / "chatterbox"

perth: Any = types.ModuleType("perth")
perth.PerthImplicitWatermarker = None
sys.modules["perth"] = perth
package = types.ModuleType("product")
package.__path__ = [str(ENGINE)]
sys.modules["product"] = package
Engine: Any = importlib.import_module("product.engine").Engine
