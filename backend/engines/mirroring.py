"""Filling the private mirror with what engines need, from this machine and from wherever this machine gets it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backend.engines.environments import Environments
from backend.engines.mirror import Mirror
from backend.engines.table import EngineSpec
from backend.engines.weights import Places, Weights, clients, ensure
from backend.errors import InvalidRequest
from backend.work import Work


def fill(
    specs: Sequence[EngineSpec],
    places: Places,
    environments: Environments,
    weights: Mapping[str, Weights],
    work: Work,
) -> list[dict[str, Any]]:
    """Put what these engines need into the mirror; what is there already is not sent again.

    Returns:
        For each engine the bytes that were sent of its weights and of its packages.

    Raises:
        InvalidRequest: ``no_mirror``.
        WeightsUnavailable: weights or packages could not be had, or the store cannot be used.
        Cancelled
    """
    if places.mirror is None:
        raise InvalidRequest(
            "There is no mirror to fill.",
            hint="Set S3_BUCKET and its keys; STUDIO_MIRROR=s3://bucket/prefix if it should lie elsewhere.",
            code="no_mirror",
        )
    done = []
    for number, spec in enumerate(specs):
        part = work.part(number / len(specs), (number + 1) / len(specs))
        sent = _weights(spec, places, places.mirror, weights, part.part(0.0, 0.5)) if spec.weights else 0
        packages = _environment(spec.environment, places.mirror, environments, part.part(0.5, 1.0))
        done.append({"engine": spec.name, "weights_bytes": sent, "packages_bytes": packages})
    work.report(1.0, "The mirror is filled")
    return done


def _weights(spec: EngineSpec, places: Places, mirror: Mirror, weights: Mapping[str, Weights], work: Work) -> int:
    wanted = weights[spec.weights or ""]
    folder = ensure(wanted, places, work.part(0.0, 0.5))
    sent = 0
    with mirror.opened() as opened:
        there = opened.weights()
        for number, file in enumerate(wanted.files):
            work.cancel.check()
            work.report(0.5 + 0.5 * number / len(wanted.files), f"Sending {wanted.name}: {file.name}")
            if file.sha256 not in there:
                opened.keep_weights(file.sha256, folder / file.name)
                there.add(file.sha256)
                sent += file.size
    return sent


def _environment(name: str | None, mirror: Mirror, environments: Environments, work: Work) -> int:
    if name is None:
        return 0
    checksum = environments.checksum(name)
    with mirror.opened() as opened:
        if opened.environment(name, checksum) is not None:
            return 0
    with tempfile.TemporaryDirectory(prefix="mirror-", dir=environments.scratch()) as place:
        work.report(0.0, f"Getting the packages of {name}")
        folder = Path(place)
        clients.pip_wheels(environments.requirements(name), folder, work, lambda size: None)
        with mirror.opened() as opened:
            return opened.keep_environment(name, checksum, sorted(folder.glob("*.whl")), work.part(0.5, 1.0))
