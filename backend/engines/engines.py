"""All engines of this process: started when needed, shared by all jobs, ended when idle."""

from __future__ import annotations

import hashlib
import threading
import time
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from backend.engines.plan import (
    Plan,
    candidates,
    fastest,
    is_quiet,
    machine,
    plan_by_default,
    remember,
    remembered,
    seconds_for,
    usable_cores,
)
from backend.engines.pool import Pool
from backend.engines.table import ENGINES, EngineSpec
from backend.engines.values import Heard, HeardWord, SpeakRequest, Spoken
from backend.engines.weights import WEIGHTS, Places, ensure, folder_of, is_complete
from backend.errors import EngineDied, InvalidRequest
from backend.work import Work

Result = TypeVar("Result")
_CODE = Path(__file__).parent


class Engines:
    """The engines. One object a process; every method may be called from any thread."""

    def __init__(
        self,
        *,
        models_folder: Path,
        engines_folder: Path,
        run_folder: Path,
        weights_folder: Path | None,
        hub_offline: bool,
        idle_seconds: float,
    ) -> None:
        """Args:
        models_folder: fetched weights.
        engines_folder: environments of engines that cannot share the studio's.
        run_folder: logs of running engines.
        weights_folder: looked in before anything is fetched.
        hub_offline: never ask the Hugging Face hub.
        idle_seconds: an engine not used for so long is ended.
        """
        self._places = Places(models_folder, weights_folder, hub_offline)
        self._engines_folder = engines_folder
        self._run_folder = run_folder
        self._idle_seconds = idle_seconds
        self._pools: dict[str, Pool] = {}
        self._lock = threading.Lock()
        self._measuring = threading.Lock()
        self._closed = threading.Event()
        self._keeper: threading.Thread | None = None

    # ------------------------------------------------------------ what there is

    def describe(self) -> list[dict[str, Any]]:
        """Every engine for ``system_status``; starts nothing."""
        return [
            {
                "engine": spec.name,
                "title": spec.title,
                "installed": True,
                "weights": self._weights_state(spec),
                "loaded": spec.name in self._pools and self._pools[spec.name].loaded,
                "device": spec.device,
                "speaks": spec.speaks,
                "listens": spec.listens,
                "languages": list(spec.languages),
                "options": list(spec.options),
                "licence": spec.licence,
            }
            for spec in ENGINES.values()
        ]

    def _weights_state(self, spec: EngineSpec) -> str:
        """``none needed``, ``there`` or ``not fetched yet``."""
        if spec.weights is None:
            return "none needed"
        return "there" if is_complete(WEIGHTS[spec.weights], self._places.models_folder) else "not fetched yet"

    def revision(self, engine: str) -> str:
        """Changes whenever the same request would sound different: our code's version and the weights."""
        spec = _spec(engine)
        files = WEIGHTS[spec.weights].files if spec.weights else ()
        hashes = hashlib.sha256("".join(file.sha256 for file in files).encode()).hexdigest()[:12]
        return f"{spec.name}-{spec.version}-{hashes}"

    # ------------------------------------------------------------ work

    def ensure(self, engine: str, work: Work) -> None:
        """Fetch the engine's weights unless they are there.

        Raises:
            WeightsUnavailable, Cancelled
        """
        spec = _spec(engine)
        if spec.weights:
            ensure(WEIGHTS[spec.weights], self._places, work)

    def parallelism(self, engine: str, work: Work) -> int:
        """How many `speak` calls at once serve this machine best.

        Measured in a few seconds when it is first asked on a quiet machine; one request a core until then.

        Raises:
            WeightsUnavailable, EngineLoadFailed, EngineDied, Cancelled
        """
        spec = _spec(engine)
        if spec.trial and self._remembered(spec) is None and usable_cores() > 1:
            self.ensure(engine, work.part(0.0, 0.0))
            with self._measuring:
                if self._remembered(spec) is None and is_quiet():
                    self._measure(spec, spec.trial, work)
        return self._pool(spec).plan.at_once

    def speak(self, engine: str, request: SpeakRequest, work: Work) -> Spoken:
        """Speak one sentence; starts the engine and fetches its weights when needed.

        Raises:
            InvalidRequest: an unknown engine, or one that does not speak.
            EngineLoadFailed, EngineRequestFailed, EngineDied, WeightsUnavailable, Cancelled
        """
        spec = _spec(engine)
        if not spec.speaks:
            raise InvalidRequest(f"{spec.title} does not speak.", hint="Take a voice from list_voices.")
        answer = self._ask(spec, "speak", _wire(request), work)
        words = answer["words"]
        return Spoken(
            samples=np.frombuffer(answer["samples"], dtype="<f4").astype(np.float32, copy=False),
            sample_rate=answer["sample_rate"],
            words=None if words is None else tuple((start, end) for start, end in words),
        )

    def listen(self, engine: str, audio: Path, language: str, work: Work) -> Heard:
        """Recognise what is said in a recording.

        Args:
            engine: one that listens, e.g. ``whisper``.
            audio: any file the recogniser's decoder reads; made safe by the caller.
            language: BCP 47 or ``auto``.

        Raises:
            InvalidRequest: an unknown engine, or one that does not listen.
            EngineLoadFailed, EngineRequestFailed, EngineDied, WeightsUnavailable, Cancelled
        """
        spec = _spec(engine)
        if not spec.listens:
            raise InvalidRequest(f"{spec.title} does not listen.", hint="Use whisper.")
        answer = self._ask(spec, "listen", {"audio": str(audio), "language": language}, work)
        words = tuple(HeardWord(*word) for word in answer["words"])
        return Heard(answer["text"], answer["language"], answer["duration"], words)

    def close(self) -> None:
        """End all engines."""
        self._closed.set()
        with self._lock:
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.close()

    # ------------------------------------------------------------ inside

    def _ask(self, spec: EngineSpec, do: str, request: dict[str, Any], work: Work) -> Any:
        self.ensure(spec.name, work.part(0.0, 0.0))
        return self._pool(spec).ask(do, request, work)

    def _pool(self, spec: EngineSpec) -> Pool:
        with self._lock:
            if self._closed.is_set():
                raise EngineDied("The studio is closing.", hint="Start it again.")
            if spec.name not in self._pools:
                self._pools[spec.name] = self._new_pool(spec, self._remembered(spec) or plan_by_default(spec))
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._end_idle, name="engine-keeper", daemon=True)
                self._keeper.start()
            return self._pools[spec.name]

    def _new_pool(self, spec: EngineSpec, plan: Plan) -> Pool:
        return Pool(
            spec.name,
            code=_CODE / spec.name,
            models=folder_of(spec.weights, self._places.models_folder) if spec.weights else None,
            logs=self._run_folder,
            plan=plan,
        )

    def _plan_file(self, spec: EngineSpec) -> Path:
        return self._places.models_folder / f"{spec.name}.plan.json"

    def _remembered(self, spec: EngineSpec) -> Plan | None:
        return remembered(self._plan_file(spec), f"{machine()}, {self.revision(spec.name)}")

    def _measure(self, spec: EngineSpec, trial: SpeakRequest, work: Work) -> None:
        """Try how the machine is used best, and remember it. An engine that is already at work keeps its plan."""
        work.report(0.0, f"Measuring how this machine runs {spec.title} best")
        pools = {plan: self._new_pool(spec, plan) for plan in candidates(usable_cores())}

        def seconds(plan: Plan) -> float:
            pool = pools[plan]
            return seconds_for(
                lambda quiet: pool.ask("speak", _wire(trial), quiet), plan.at_once, 2 * usable_cores(), work
            )

        try:
            best = fastest(tuple(pools), seconds)
            with self._lock:
                # The winner is warm: it goes on as the engine, unless there is one.
                if spec.name not in self._pools and not self._closed.is_set():
                    self._pools[spec.name] = pools.pop(best)
        finally:
            for pool in pools.values():
                pool.close()
        remember(self._plan_file(spec), f"{machine()}, {self.revision(spec.name)}", best)

    def _end_idle(self) -> None:
        while not self._closed.wait(min(5.0, self._idle_seconds / 4)):
            with self._lock:
                pools = list(self._pools.values())
            for pool in pools:
                pool.end_idle(time.monotonic() - self._idle_seconds)


def _spec(engine: str) -> EngineSpec:
    if engine not in ENGINES:
        names = ", ".join(ENGINES)
        raise InvalidRequest(f"There is no engine {engine!r}.", hint=f"Engines: {names}.", code="unknown_engine")
    return ENGINES[engine]


def _wire(request: SpeakRequest) -> dict[str, Any]:
    """The request as plain values that cross to another process."""
    return {
        "text": request.text,
        "words": list(request.words),
        "pronunciations": list(request.pronunciations),
        "voice": request.voice,
        "language": request.language,
        "speed": float(request.speed),
        "seed": request.seed,
        "reference": str(request.reference) if request.reference else None,
        "options": request.options,
    }
