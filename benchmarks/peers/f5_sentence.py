"""F5's own single call and the studio's engine, in turn, in one process with one model. Runs in F5's environment.

``python -I f5_sentence.py ENGINE MODELS REFERENCE TEXT ROUNDS STEPS`` prints a JSON line: wall and processor seconds of
each, and the samples they made. ENGINE is the engine's folder, MODELS that of its weights.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

SENTENCE = "I don't really care what you call me."


def main() -> None:
    engine_folder, models, reference = map(Path, sys.argv[1:4])
    text, rounds, steps = sys.argv[4], int(sys.argv[5]), int(sys.argv[6])
    package = types.ModuleType("running_engine")
    package.__path__ = [str(engine_folder)]
    sys.modules["running_engine"] = package
    engine = importlib.import_module("running_engine.engine").Engine()
    engine.load(str(models), {"device": "cpu", "threads": 1}, lambda *_: None)
    ways = {"ours": _ours(engine, reference, text, steps), "theirs": _theirs(engine, reference, text, steps)}
    told: dict[str, Any] = {name: {"wall": [], "cpu": [], "samples": way()} for name, way in ways.items()}
    for number in range(rounds):
        for name in list(ways) if number % 2 == 0 else reversed(list(ways)):
            start, cpu = time.perf_counter(), time.process_time()
            ways[name]()
            told[name]["cpu"].append(time.process_time() - cpu)
            told[name]["wall"].append(time.perf_counter() - start)
    sys.stdout.write(json.dumps(told) + "\n")


def _ours(engine: Any, reference: Path, text: str, steps: int) -> Callable[[], int]:
    """The engine's answer to the studio: kept reference, watermark, bytes and all."""
    request = {
        "text": SENTENCE,
        "speed": 1.0,
        "seed": 1,
        "reference": {"path": str(reference), "text": text, "sha256": "same"},
        "options": {"preset": "balanced", "nfe_step": steps, "cfg_strength": 2.0},
    }
    return lambda: len(engine.speak(request, lambda *_: None, lambda: False)["samples"]) // 4


def _theirs(engine: Any, reference: Path, text: str, steps: int) -> Callable[[], int]:
    """``infer_process`` after it has read the file: its one call for one sentence, with the same model and vocoder."""
    import soundfile  # type: ignore[import-untyped]
    import torch

    _stand_in("matplotlib", use=lambda *_: None)
    _stand_in("matplotlib.pylab")
    _stand_in("pydub", AudioSegment=None, silence=None)
    _stand_in("transformers", pipeline=None)
    from f5_tts.infer.utils_infer import infer_batch_process

    sound, rate = soundfile.read(reference, dtype="float32")
    # As its preparation of references leaves them: with 50 ms of silence at the end.
    audio = torch.nn.functional.pad(torch.from_numpy(sound)[None], (0, round(0.05 * rate)))

    def speak() -> int:
        torch.manual_seed(1)
        made = infer_batch_process(
            (audio, rate),
            text,  # it adds the space between the two itself
            [SENTENCE],
            engine._model,
            engine._vocoder,
            progress=None,
            nfe_step=steps,
            cfg_strength=2.0,
            device="cpu",
        )
        return len(next(made)[0])

    return speak


def _stand_in(name: str, **values: Any) -> None:
    """A package that the call does not use but its module imports, and our lean environment leaves out."""
    module = types.ModuleType(name)
    module.__dict__.update(values)
    sys.modules[name] = module


if __name__ == "__main__":
    main()
