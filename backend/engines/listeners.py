"""Who listens: the sizes of Whisper that are there or can be had, the best for the language and the machine first."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from backend.engines.sizes import AUTO, SIZES, Size, candidates
from backend.engines.table import LISTENERS, EngineSpec
from backend.engines.weights import Places, Weights, is_complete
from backend.errors import InvalidRequest, WeightsUnavailable

_AGAIN_SECONDS = 600.0
"""Weights that could not be fetched are not asked for again so soon."""


class Listeners:
    """Chooses among the sizes; safe to use from several threads."""

    def __init__(
        self,
        weights: Mapping[str, Weights],
        places: Places,
        device: Callable[[], str],
        free_memory: Callable[[], int],
    ) -> None:
        self._weights = weights
        self._places = places
        self._device = device
        self._free_memory = free_memory
        self._failed: dict[str, float] = {}

    def of(self, spec: EngineSpec, language: str, size: str | None = None) -> list[EngineSpec]:
        """The engines to listen with, to be tried in this order; empty where nothing knows the language.

        Args:
            spec: as asked for; if it has sizes one of them is chosen.
            language: BCP 47 or ``auto``.
            size: a name in `SIZES`, or ``auto`` (as None) for what is best here.

        Raises:
            InvalidRequest: the size does not know the language.
        """
        if LISTENERS.get(spec.name) is spec:
            return [spec]
        if size not in (None, AUTO):
            return [LISTENERS[_knowing(SIZES[str(size)], language).weights]]
        chosen = candidates(language, self._device(), self._free_memory(), self._is_there)
        return [LISTENERS[one.weights] for one in chosen if self._is_there(one) or self._can_be_had(one)]

    def failed(self, spec: EngineSpec) -> None:
        """Remember that the weights of this one could not be had."""
        self._failed[spec.name] = time.monotonic()

    def _is_there(self, size: Size) -> bool:
        return size.weights in self._weights and is_complete(self._weights[size.weights], self._places.models_folder)

    def _can_be_had(self, size: Size) -> bool:
        if size.weights not in self._weights:
            return False
        if time.monotonic() - self._failed.get(size.weights, -_AGAIN_SECONDS) < _AGAIN_SECONDS:
            return False
        packaged = all(file.packaged for file in self._weights[size.weights].files)
        return packaged or self._places.weights_folder is not None or not self._places.hub_offline


def nobody_knows(language: str) -> WeightsUnavailable:
    """What to say when no model that could be had understands a language."""
    return WeightsUnavailable(
        f"No model of Whisper that is here understands {language[:20]!r}.",
        hint="Fetch one where the Hugging Face hub can be reached: python -m backend weights whisper-small.",
    )


def _knowing(size: Size, language: str) -> Size:
    if not size.knows(language):
        raise InvalidRequest(
            f"Whisper {size.name} understands English only.",
            hint="Leave size at auto, or take one without .en.",
            code="unknown_language",
        )
    return size
