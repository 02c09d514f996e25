"""Every kind of broken media is refused with words a person can act on, or taken for what it is; none costs much."""

from __future__ import annotations

import logging
import resource

import pytest

from backend.errors import MediaRejected
from backend.media.info import MediaInfo
from backend.media.probe import probe
from tests.media.faults import FAULTS, Fault
from tests.media.makers import Maker

MEDIA = [fault for fault in FAULTS if fault.kind != "text"]
MOST_SECONDS = 5.0
"""Of the processor, for the worst of them."""


def _named(faults: list[Fault]) -> list[object]:
    return [pytest.param(fault, id=fault.name) for fault in faults]


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _probed(fault: Fault, make: Maker) -> MediaInfo:
    """Looked into, at a bounded price."""
    path = fault.make(make, fault.name)
    before = processor_seconds()
    try:
        return probe(path)
    finally:
        assert processor_seconds() - before <= MOST_SECONDS


@pytest.mark.parametrize("fault", _named([fault for fault in MEDIA if fault.code]))
def test_what_is_broken_is_refused_with_its_reason(fault: Fault, make: Maker) -> None:
    with pytest.raises(MediaRejected) as refused:
        _probed(fault, make)
    assert refused.value.code == fault.code
    assert fault.says in refused.value.message
    assert refused.value.hint
    assert str(make.folder) not in str(refused.value)


@pytest.mark.parametrize("fault", _named([fault for fault in MEDIA if not fault.code]))
def test_what_is_only_odd_is_taken_for_what_it_is(fault: Fault, make: Maker) -> None:
    info = _probed(fault, make)
    assert info.kind == fault.kind
    assert (info.audio is not None, info.video is not None) == ("sound" in fault.has, "picture" in fault.has)


def test_there_are_at_least_as_many_kinds_as_we_know_of() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 44


def test_a_list_of_files_is_told_to_whoever_runs_the_studio(make: Maker, caplog: pytest.LogCaptureFixture) -> None:
    fault = next(fault for fault in FAULTS if fault.name == "hls_local.mp4")
    with caplog.at_level(logging.WARNING), pytest.raises(MediaRejected):
        probe(fault.make(make, fault.name))
    assert "list of other files" in caplog.text
