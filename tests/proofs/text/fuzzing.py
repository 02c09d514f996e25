"""One parser under atheris: ``python -m tests.proofs.text.fuzzing PARSER CORPUS -runs=N -seed=S``, libFuzzer's options.

It mutates what lies in the folder CORPUS, and keeps there whatever reaches lines of ours that nothing reached before.
What a parser does not hold ends the process and lies where ``-artifact_prefix`` says.
"""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["backend"]):
    from tests.proofs.text.parsers import held


def main() -> None:
    """Never returns: libFuzzer ends the process, with 0 where everything held."""
    parser = sys.argv.pop(1)

    def one(data: bytes) -> None:
        held(parser, data)

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
