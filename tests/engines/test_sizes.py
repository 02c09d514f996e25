"""Which size of Whisper listens."""

from __future__ import annotations

import pytest

from backend.engines.sizes import SIZES, candidates
from backend.engines.weights import WEIGHTS

GIGABYTE = 2**30


def first(language: str, device: str, *there: str, free: int = 16 * GIGABYTE) -> str:
    return candidates(language, device, free, lambda size: size.name in there)[0].name


def test_every_size_has_its_weights() -> None:
    for size in SIZES.values():
        assert {"model.bin", "config.json", "tokenizer.json"} <= {file.name for file in WEIGHTS[size.weights].files}


@pytest.mark.parametrize(
    ("language", "device", "there", "listens"),
    [
        ("en-us", "cpu", ("tiny.en",), "tiny.en"),
        ("en-us", "cpu", ("tiny.en", "base"), "base"),
        ("en-us", "cpu", ("base", "small.en", "large-v3"), "small.en"),
        ("en-us", "cuda", ("tiny.en", "small.en", "large-v3"), "large-v3"),
        ("es", "cpu", ("tiny.en", "small.en", "tiny"), "tiny"),
        ("auto", "cpu", ("tiny.en",), "tiny.en"),
        ("auto", "cpu", ("small.en", "tiny"), "tiny"),
        ("en", "cpu", ("large-v3",), "large-v3"),
    ],
)
def test_the_best_that_is_there_and_knows_the_language_listens(
    language: str, device: str, there: tuple[str, ...], listens: str
) -> None:
    assert first(language, device, *there) == listens


@pytest.mark.parametrize(
    ("language", "device", "fetched"),
    [
        ("en", "cpu", ["base.en", "base", "tiny.en", "tiny"]),
        ("es", "cpu", ["base", "tiny"]),
        ("auto", "cuda", ["large-v3-turbo", "small", "tiny.en", "tiny"]),
    ],
)
def test_where_nothing_is_there_what_suits_the_machine_is_fetched(
    language: str, device: str, fetched: list[str]
) -> None:
    assert [size.name for size in candidates(language, device, 16 * GIGABYTE, lambda size: False)] == fetched


def test_what_does_not_fit_into_memory_stays_where_it_is() -> None:
    assert first("en", "cuda", "large-v3", "base.en", free=2 * GIGABYTE) == "base.en"
