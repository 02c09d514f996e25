"""What engines need on this machine, packages and weights, and what of it is there."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from backend.engines.environments import Environments
from backend.engines.mirroring import fill
from backend.engines.table import ENGINES, EngineSpec
from backend.engines.weights import Places, Weights, ensure, folder_of, is_complete
from backend.errors import InvalidRequest, WeightsUnavailable
from backend.work import Work

_TO_FETCH = "not fetched yet"


class Installations:
    """Installs engines, removes them, and tells what is there. Keeps nothing in memory: the disk is the truth."""

    def __init__(self, places: Places, environments: Environments, weights: Mapping[str, Weights]) -> None:
        """Args:
        places: where weights lie and come from.
        environments: of engines that cannot share the studio's.
        weights: the model files of each engine.
        """
        self._places = places
        self._environments = environments
        self._weights = weights

    def describe(self, spec: EngineSpec) -> dict[str, Any]:
        """What an engine is, needs and has."""
        return {
            "engine": spec.name,
            "title": spec.title,
            "installed": self.has_packages(spec),
            "environment": self._environment_state(spec),
            "weights": self._weights_state(spec),
            "weights_bytes": self.weights_bytes(spec),
            "speaks": spec.speaks,
            "listens": spec.listens,
            "clones": spec.clones,
            "converts": spec.converts,
            "needs_reference": spec.needs_reference,
            "watermarks": spec.watermarks,
            "stands_in_for": spec.stands_in_for,
            "languages": list(spec.languages),
            "parameters": [{**asdict(parameter), "choices": list(parameter.choices)} for parameter in spec.parameters],
            "licence": spec.licence,
            "forbids": spec.forbids,
        }

    def has_packages(self, spec: EngineSpec) -> bool:
        """Whether its packages are there; its weights are fetched when it is first used."""
        return spec.environment is None or self._environments.installed(spec.environment)

    def is_ready(self, spec: EngineSpec) -> bool:
        """Whether nothing has to be installed or fetched before it is started."""
        return self.has_packages(spec) and self._weights_state(spec) != _TO_FETCH

    def revision(self, spec: EngineSpec) -> str:
        """Changes whenever the same request would sound different: our code's version and the weights."""
        files = self._weights[spec.weights].files if spec.weights else ()
        hashes = hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()[:12]
        return f"{spec.name}-{spec.version}-{hashes}"

    def python(self, spec: EngineSpec) -> Path | None:
        """The interpreter that has its packages; None for the studio's."""
        return self._environments.python(spec.environment) if spec.environment else None

    def models(self, spec: EngineSpec) -> Path | None:
        """The folder of its weights, fetched or not; None where it needs none."""
        return folder_of(spec.weights, self._places.models_folder) if spec.weights else None

    def weights_bytes(self, spec: EngineSpec) -> int:
        """Of its weights, fetched or not; 0 where it needs none."""
        return self._weights[spec.weights].size if spec.weights else 0

    def ensure(self, spec: EngineSpec, work: Work) -> None:
        """Fetch its weights unless they are there.

        Raises:
            InvalidRequest: ``engine_not_installed``.
            WeightsUnavailable, Cancelled
        """
        if not self.has_packages(spec):
            raise InvalidRequest(
                f"{spec.title} is not installed.",
                hint=f"Install it in the System tab, or call install_engine with engine={spec.name!r}.",
                code="engine_not_installed",
            )
        self._ensure_weights(spec, work)

    def install(self, spec: EngineSpec, work: Work) -> list[str]:
        """Make the engine's environment and fetch its weights; what is there already is kept.

        Returns:
            Warnings: weights that cannot be had now are tried again when the engine first speaks.

        Raises:
            EngineNotBuilt: its packages could not be installed.
            Cancelled
        """
        if spec.environment:
            self._environments.install(spec.environment, work.part(0.0, 0.5), spec.disk_bytes)
        try:
            self._ensure_weights(spec, work.part(0.5, 1.0))
        except WeightsUnavailable as error:
            return [str(error)]
        return []

    def fill_mirror(self, specs: Sequence[EngineSpec], work: Work) -> list[dict[str, Any]]:
        """Put what these engines need into the mirror (`mirroring.fill`)."""
        return fill(specs, self._places, self._environments, self._weights, work)

    def kept_for(self, spec: EngineSpec) -> list[EngineSpec]:
        """The engines that an environment has to be kept for when this one is uninstalled.

        Raises:
            InvalidRequest: ``engine_built_in`` for one without an environment of its own.
        """
        if spec.environment is None:
            raise InvalidRequest(
                f"{spec.title} is part of the studio and cannot be uninstalled.",
                hint="Its weights can be deleted in the models folder.",
                code="engine_built_in",
            )
        return [other for other in sharing(spec) if self._weights_state(other) == "there"]

    def uninstall(self, spec: EngineSpec, work: Work) -> int:
        """Remove the engine's weights, and its environment unless another engine with weights shares it.

        Returns:
            Bytes that were freed.

        Raises:
            InvalidRequest: as `kept_for`.
            Cancelled
        """
        used_by = self.kept_for(spec)
        before = shutil.disk_usage(self._places.models_folder.parent).free
        if spec.weights and not any(other.weights == spec.weights for other in used_by):
            shutil.rmtree(folder_of(spec.weights, self._places.models_folder), ignore_errors=True)
        if spec.environment and not used_by:
            self._environments.uninstall(spec.environment, work)
        return max(0, shutil.disk_usage(self._places.models_folder.parent).free - before)

    # ------------------------------------------------------------ inside

    def _ensure_weights(self, spec: EngineSpec, work: Work) -> None:
        if spec.weights:
            ensure(self._weights[spec.weights], self._places, work)

    def _environment_state(self, spec: EngineSpec) -> dict[str, Any] | None:
        """Of the engine's own environment; None where it needs none."""
        if spec.environment is None:
            return None
        return {
            "name": spec.environment,
            "bytes": self._environments.size(spec.environment),
            "download_bytes": spec.download_bytes,
            "disk_bytes": spec.disk_bytes,
            "shared_with": [other.name for other in sharing(spec)],
        }

    def _weights_state(self, spec: EngineSpec) -> str:
        """``none needed``, ``there`` or ``not fetched yet``."""
        if spec.weights is None:
            return "none needed"
        there = is_complete(self._weights[spec.weights], self._places.models_folder)
        return "there" if there else _TO_FETCH


def sharing(spec: EngineSpec) -> tuple[EngineSpec, ...]:
    """Other engines in the same environment."""
    if spec.environment is None:
        return ()
    return tuple(other for other in ENGINES.values() if other.environment == spec.environment and other is not spec)
