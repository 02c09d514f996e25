"""What of the studio's environment its child processes see: a short list, and never a key of somebody's account."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_GRAPHICS = ("CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "HIP_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Without these a container's graphics card is not found, or another one than was meant."""
_NETWORK = ("UV_", "PIP_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "XDG_CACHE_HOME")
"""Starts of names: where packages are, and how the network is reached."""


def for_engine(temporary: Path, threads: int) -> dict[str, str]:
    """The whole environment of an engine.

    Args:
        temporary: where its libraries may leave files; the host empties it.
        threads: threads of one request.
    """
    return {
        "PATH": os.defpath,
        "HOME": str(Path.home()),
        "LC_ALL": "C.UTF-8",
        "TMPDIR": str(temporary),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "OMP_NUM_THREADS": str(threads),
        # Threads that spin while they wait take the core another program needs, and then wait for it themselves: on a
        # busy machine a sentence took 20 s instead of 0.3.
        "OMP_WAIT_POLICY": "PASSIVE",
        **{name: os.environ[name] for name in _GRAPHICS if name in os.environ},
    }


def for_installing(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of an installation: packages may run code of their own while they are built.

    Args:
        extra: settings that hold unless the environment says otherwise.
    """
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(_NETWORK)}
    return {**extra, "PATH": os.environ.get("PATH", os.defpath), "HOME": str(Path.home()), "LC_ALL": "C.UTF-8", **kept}
