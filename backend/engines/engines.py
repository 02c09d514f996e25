"""All engines of this process: started when needed, shared by all jobs, ended when idle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from backend.engines import wire
from backend.engines.devices import Device, card_works, free_on_card, likely_device
from backend.engines.environments import CODE, Environments
from backend.engines.installing import Installations, sharing
from backend.engines.listeners import Listeners, nobody_knows
from backend.engines.memory import Footprint, Footprints, free_main, guessed
from backend.engines.mirror import Mirror
from backend.engines.parameters import check_options
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
from backend.engines.pool import Pool, sweep
from backend.engines.table import ENGINES, LISTENERS, RECOGNISER, EngineSpec
from backend.engines.values import Heard, Reference, SpeakRequest, Spoken
from backend.engines.weights import WEIGHTS, Places, Weights
from backend.errors import EngineDied, EngineLoadFailed, EngineOutOfMemory, InvalidRequest, WeightsUnavailable
from backend.work import Work


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
        device: Device = "auto",
        weights: Mapping[str, Weights] = WEIGHTS,
        free_memory: Callable[[], int] = free_main,
        mirror: Mirror | None = None,
    ) -> None:
        """Args:
        models_folder: fetched weights.
        engines_folder: environments of engines that cannot share the studio's.
        run_folder: logs of running engines.
        weights_folder: looked in before anything is fetched.
        hub_offline: never ask the Hugging Face hub.
        idle_seconds: an engine not used for so long is ended.
        device: where engines run that can use a graphics card.
        weights: the model files of each engine.
        free_memory: bytes of main memory that can be taken.
        mirror: has weights and packages, before the hub and registries are asked.
        """
        places = Places(models_folder, weights_folder, hub_offline, mirror)
        self._installations = Installations(places, Environments(engines_folder, mirror=mirror), weights)
        self._models_folder = models_folder
        self._device = device
        self._free_memory = free_memory
        self._footprints = Footprints(models_folder)
        self._listeners = Listeners(weights, places, lambda: likely_device(device), free_memory)
        self._run_folder = run_folder
        self._idle_seconds = idle_seconds
        self._pools: dict[str, Pool] = {}
        self._unsuited: set[str] = set()
        """Engines that could not be loaded in this process's time, or found no card."""
        self._lock = threading.Lock()
        self._measuring = threading.Lock()
        self._closed = threading.Event()
        self._keeper: threading.Thread | None = None

    # ------------------------------------------------------------ what there is

    def describe(self) -> list[dict[str, Any]]:
        """Every engine for ``system_status`` and the page; starts nothing."""
        return [self._described(spec) for spec in ENGINES.values()]

    def _described(self, spec: EngineSpec) -> dict[str, Any]:
        pool = self._pools.get(spec.name)
        device = likely_device(self._device) if spec.accelerated else "cpu"
        return {
            **self._installations.describe(spec),
            "loaded": bool(pool and pool.loaded),
            "device": str(pool.facts.get("device", device)) if pool else device,
        }

    def running(self) -> dict[str, int]:
        """Bytes of main memory that each engine's processes hold; 0 for engines that do not run."""
        with self._lock:
            pools = dict(self._pools)
        return {name: pools[name].memory if name in pools else 0 for name in ENGINES}

    def installed(self, engine: str) -> bool:
        """Whether its packages are there; its weights are fetched when it is first used."""
        return self._installations.has_packages(_spec(engine))

    def ready(self, engine: str) -> bool:
        """Whether nothing has to be fetched before it can be used."""
        return self._installations.is_ready(_spec(engine))

    def suits(self, engine: str) -> bool:
        """Whether ``auto`` may take this engine here.

        One that stands in for another does where nothing has to be fetched first and a graphics card works; elsewhere,
        or once it could not be loaded, the other speaks.
        """
        spec = _spec(engine)
        if not spec.stands_in_for:
            return True
        return self.has_card and engine not in self._unsuited and self._installations.is_ready(spec)

    @cached_property
    def has_card(self) -> bool:
        """Whether engines run on a graphics card here. Looked for once: a driver that comes later is found at the next
        start."""
        return card_works(self._device)

    def revision(self, engine: str) -> str:
        """Changes whenever the same request would sound different: our code's version and the weights."""
        return self._installations.revision(_spec(engine))

    def draws(self, engine: str) -> bool:
        """Whether another seed gives another take."""
        return _spec(engine).clones

    def listener(self, language: str) -> str | None:
        """What would listen to this language (BCP 47 or ``auto``), as a name that changes whenever it would hear
        otherwise; None where nothing knows the language."""
        found = self._listeners.of(ENGINES[RECOGNISER], language)
        return self.revision(found[0].name) if found else None

    # ------------------------------------------------------------ installing

    def install(self, engine: str, work: Work) -> dict[str, Any]:
        """Make the engine's environment and fetch its weights; what is there already is kept.

        Weights that cannot be had now are a warning in the answer: they are tried again when it first speaks.

        Raises:
            EngineNotBuilt: its packages could not be installed.
            Cancelled
        """
        spec = _spec(engine)
        warnings = self._installations.install(spec, work)
        return {**self._described(spec), "warnings": warnings}

    def fill_mirror(self, engines: Sequence[str], work: Work) -> list[dict[str, Any]]:
        """Put what these engines need into the mirror; those that are installed here, if none is named.

        Raises:
            InvalidRequest: an unknown engine, or ``no_mirror``.
            WeightsUnavailable: something could not be had or sent.
            Cancelled
        """
        specs = [_spec(name) for name in engines] or [s for s in ENGINES.values() if self._installations.is_ready(s)]
        return self._installations.fill_mirror(specs, work)

    def uninstall(self, engine: str, work: Work) -> dict[str, Any]:
        """Remove the engine's weights, and its environment unless another engine with weights shares it.

        Raises:
            InvalidRequest: ``engine_busy``, or ``engine_built_in`` for one without an environment of its own.
            Cancelled
        """
        spec = _spec(engine)
        used_by = self._installations.kept_for(spec)
        self._end((spec,) if used_by else (spec, *sharing(spec)))
        freed = self._installations.uninstall(spec, work)
        return {**self._described(spec), "freed_bytes": freed, "kept_for": [other.name for other in used_by]}

    def _end(self, specs: tuple[EngineSpec, ...]) -> None:
        """End these engines, or none of them if one is at work."""
        with self._lock:
            pools = [self._pools[spec.name] for spec in specs if spec.name in self._pools]
            if any(pool.busy for pool in pools):
                raise InvalidRequest(
                    "The engine is at work.", hint="Wait for its jobs or stop them, then try again.", code="engine_busy"
                )
            for spec in specs:
                self._pools.pop(spec.name, None)
        for pool in pools:
            pool.close()

    # ------------------------------------------------------------ work

    def ensure(self, engine: str, work: Work) -> None:
        """Fetch the engine's weights unless they are there.

        Raises:
            InvalidRequest: ``engine_not_installed``.
            WeightsUnavailable, Cancelled
        """
        self._installations.ensure(_spec(engine), work)

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
        if spec.needs_reference and request.reference is None:
            raise InvalidRequest(
                f"{spec.title} speaks in the voice of a recording only.",
                hint="Save a voice of your own with upload_voice and take that.",
                code="reference_needed",
            )
        return wire.spoken(self._ask(spec, "speak", wire.to_speak(spec, request), work))

    def convert(
        self, engine: str, source: Path, reference: Reference, options: Mapping[str, Any], work: Work
    ) -> Spoken:
        """Say a recording again in the voice of another.

        Args:
            engine: one that converts.
            source: WAV made safe by the caller.
            reference: the voice to say it in.
            options: of the engine.

        Raises:
            InvalidRequest: an unknown engine, or one that does not convert.
            EngineLoadFailed, EngineRequestFailed, EngineDied, WeightsUnavailable, Cancelled
        """
        spec = _spec(engine)
        if not spec.converts:
            raise InvalidRequest(f"{spec.title} does not convert recordings.", hint="See system_status for one.")
        return wire.spoken(self._ask(spec, "convert", wire.to_convert(spec, source, reference, options), work))

    def find_mark(self, engine: str, audio: Path, work: Work) -> float:
        """How surely a WAV file carries the inaudible watermark, 0 to 1, by an engine that watermarks.

        Raises:
            InvalidRequest: an unknown engine, or one that does not watermark.
            EngineLoadFailed, EngineRequestFailed, EngineDied, WeightsUnavailable, Cancelled
        """
        spec = _spec(engine)
        if not spec.watermarks:
            raise InvalidRequest(f"{spec.title} knows no watermark.", hint="See system_status for an engine that does.")
        return float(self._ask(spec, "find_mark", {"audio": str(audio)}, work)["mark"])

    def listen(
        self, engine: str, audio: Path, language: str, work: Work, options: Mapping[str, Any] | None = None
    ) -> Heard:
        """Recognise what is said in a recording.

        Args:
            engine: one that listens, e.g. ``whisper``.
            audio: any file the recogniser's decoder reads; made safe by the caller.
            language: BCP 47 or ``auto``.
            options: of the engine, e.g. its ``size``.

        Raises:
            InvalidRequest: an unknown engine, or one that does not listen.
            WeightsUnavailable: nothing that knows the language is there or can be had.
            EngineLoadFailed, EngineRequestFailed, EngineDied, Cancelled
        """
        answer = self._ask_listener(engine, "listen", {"audio": str(audio)}, language, work, options or {})
        return wire.heard(answer)

    def encode(self, engine: str, files: Sequence[tuple[Path, Path]], language: str, work: Work) -> int:
        """Have written down what a recogniser's encoder makes of recordings, all of them by the same model.

        Args:
            engine: one that listens.
            files: recordings, each with the file to write: float16, a row for each 20 ms, one after another.
            language: BCP 47 or ``auto``.

        Returns:
            Values in a row.

        Raises:
            As `listen`.
        """
        named = [(str(recording), str(target)) for recording, target in files]
        answer = self._ask_listener(engine, "encode", {"files": named}, language, work, {})
        return int(answer["width"])

    def _ask_listener(
        self, engine: str, do: str, request: dict[str, Any], language: str, work: Work, options: Mapping[str, Any]
    ) -> Any:
        """Ask the best of an engine's models that knows the language and can be had."""
        spec = _spec(engine)
        if not spec.listens:
            raise InvalidRequest(f"{spec.title} does not listen.", hint=f"Use {RECOGNISER}.")
        check_options(spec.name, spec.parameters, options)
        problem = nobody_knows(language)
        for one in self._listeners.of(spec, language, options.get("size")):
            try:
                self.ensure(one.name, work.part(0.0, 0.0))
            except WeightsUnavailable as error:
                self._listeners.failed(one)
                problem = error
                continue
            return self._ask(one, do, {**request, "language": language}, work)
        raise problem

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
        pool = self._pool(spec)
        try:
            try:
                answer = pool.ask(do, request, work)
            except EngineOutOfMemory:
                answer = self._ask_for_less(spec, pool, do, request, work)
        except (EngineLoadFailed, EngineOutOfMemory):
            self._unsuited.add(spec.name)
            raise
        if pool.facts.get("device") == "cpu":
            self._unsuited.add(spec.name)
        card = answer.get("card_bytes") or pool.facts.get("card_bytes") or 0
        self._footprints.saw(spec.name, Footprint(pool.memory, int(card)))
        return answer

    def _ask_for_less(self, spec: EngineSpec, pool: Pool, do: str, request: dict[str, Any], work: Work) -> Any:
        """With all the room there is and a request to be cut smaller, before anybody is told."""
        self._end_others(spec, lambda: False)
        try:
            return pool.ask(do, {**request, "smaller": True}, work)
        except EngineOutOfMemory:
            # Only a process that ends gives everything back, and some libraries stay broken once an allocation failed.
            pool.end_idle()
            raise

    def _pool(self, spec: EngineSpec) -> Pool:
        with self._lock:
            if self._closed.is_set():
                raise EngineDied("The studio is closing.", hint="Start it again.")
            if spec.name not in self._pools:
                self._pools[spec.name] = self._new_pool(spec, self._remembered(spec) or plan_by_default(spec))
            if self._keeper is None:
                sweep(self._run_folder)
                self._keeper = threading.Thread(target=self._end_idle, name="engine-keeper", daemon=True)
                self._keeper.start()
            return self._pools[spec.name]

    def _new_pool(self, spec: EngineSpec, plan: Plan) -> Pool:
        return Pool(
            spec.name,
            code=CODE / spec.code_folder,
            models=self._installations.models(spec),
            logs=self._run_folder,
            plan=plan,
            python=self._installations.python(spec),
            options={"device": self._device if spec.accelerated else "cpu", "variant": spec.variant},
            make_room=lambda: self._end_others(spec, lambda: self._has_room(spec)),
        )

    # ------------------------------------------------------------ memory

    def _has_room(self, spec: EngineSpec) -> bool:
        """Whether what this engine was seen to hold (or probably will) is free."""
        on_card = spec.accelerated and likely_device(self._device) == "cuda"
        size = self._installations.weights_bytes(spec)
        needed = self._footprints.of(spec.name) or guessed(size, with_torch=bool(spec.environment), on_card=on_card)
        if self._free_memory() < needed.main:
            return False
        free = free_on_card() if on_card else None
        return free is None or free >= needed.card

    def _end_others(self, spec: EngineSpec, enough: Callable[[], bool]) -> None:
        """End idle engines, the least recently used first, until there is enough room. Busy ones are left alone."""
        with self._lock:
            others = [pool for name, pool in self._pools.items() if name != spec.name and pool.loaded and not pool.busy]
        for pool in sorted(others, key=lambda pool: pool.used):
            if enough():
                return
            pool.end_idle()

    # ------------------------------------------------------------ how the machine is used best

    def _plan_file(self, spec: EngineSpec) -> Path:
        return self._models_folder / f"{spec.name}.plan.json"

    def _remembered(self, spec: EngineSpec) -> Plan | None:
        return remembered(self._plan_file(spec), f"{machine()}, {self._installations.revision(spec)}")

    def _measure(self, spec: EngineSpec, trial: SpeakRequest, work: Work) -> None:
        """Try how the machine is used best, and remember it. An engine that is already at work keeps its plan."""
        work.report(0.0, f"Measuring how this machine runs {spec.title} best")
        pools = {plan: self._new_pool(spec, plan) for plan in candidates(usable_cores())}

        def seconds(plan: Plan) -> float:
            pool = pools[plan]
            return seconds_for(
                lambda quiet: pool.ask("speak", wire.to_speak(spec, trial), quiet),
                plan.at_once,
                2 * usable_cores(),
                work,
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
        remember(self._plan_file(spec), f"{machine()}, {self._installations.revision(spec)}", best)

    def _end_idle(self) -> None:
        while not self._closed.wait(min(5.0, self._idle_seconds / 4)):
            with self._lock:
                pools = list(self._pools.values())
            for pool in pools:
                pool.end_idle(time.monotonic() - self._idle_seconds)


def _spec(engine: str) -> EngineSpec:
    spec = ENGINES.get(engine) or LISTENERS.get(engine)
    if spec is None:
        names = ", ".join(ENGINES)
        raise InvalidRequest(f"There is no engine {engine[:80]!r}.", hint=f"Engines: {names}.", code="unknown_engine")
    return spec
