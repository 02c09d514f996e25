"""An engine process that misbehaves ends in one of three ways, each with its name, and leaves nothing behind."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from backend.errors import Cancelled, EngineDied, EngineLoadFailed, EngineOutOfMemory, EngineRequestFailed
from backend.work import Work
from tests.engines.conftest import HostMaker


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("crashes_on_import", "a_package_that_is_missing"),
        ("fails_to_load", "the model file is truncated"),
        ("exits_in_load", "no model, no service"),
        ("dies_in_load", "cannot allocate the weights"),
    ],
)
def test_an_engine_that_never_becomes_ready_failed_to_load_and_says_why(host: HostMaker, name: str, said: str) -> None:
    engine = host(name)
    with pytest.raises(EngineLoadFailed) as caught:
        engine.start(Work())
    assert said in caught.value.message
    assert name in caught.value.message
    assert caught.value.hint
    assert not engine.alive


def test_loading_that_gets_nowhere_failed_to_load(host: HostMaker) -> None:
    engine = host("hangs_in_load", load=0.3)
    with pytest.raises(EngineLoadFailed, match="no progress"):
        engine.start(Work())
    assert not engine.alive


def test_loading_stops_on_request(host: HostMaker) -> None:
    engine, work = host("hangs_in_load", cancel=0.1), Work()
    threading.Timer(0.3, work.cancel.set).start()
    with pytest.raises(Cancelled):
        engine.start(work)
    assert not engine.alive


def test_a_failed_request_says_why_and_the_engine_lives_on(host: HostMaker) -> None:
    engine = host("refuses")
    engine.start(Work())
    first = engine.pid
    with pytest.raises(EngineRequestFailed, match="cannot say that"):
        engine.ask("speak", {"text": "bad"}, Work())
    assert engine.ask("speak", {"text": "good"}, Work())["sample_rate"] == 8000
    assert engine.pid == first


def test_a_request_that_finds_no_memory_says_so_in_words_for_people(host: HostMaker) -> None:
    engine = host("takes_all_memory")
    engine.start(Work())
    with pytest.raises(EngineOutOfMemory, match="memory does not suffice") as caught:
        engine.ask("speak", {"text": "x"}, Work())
    assert caught.value.code == "engine_out_of_memory" and caught.value.hint


def test_an_answer_that_cannot_be_sent_is_a_failed_request(host: HostMaker) -> None:
    engine = host("answers_nonsense")
    engine.start(Work())
    with pytest.raises(EngineRequestFailed):
        engine.ask("speak", {"text": "x"}, Work())
    assert engine.alive


@pytest.mark.parametrize(
    ("text", "said"), [("exit 0", "exit status 0"), ("exit 3", "exit status 3"), ("signal 9", "SIGKILL")]
)
def test_a_process_that_ends_without_an_answer_has_died_with_its_last_words(
    host: HostMaker, text: str, said: str
) -> None:
    engine = host("dies_in_speak")
    engine.start(Work())
    with pytest.raises(EngineDied) as caught:
        engine.ask("speak", {"text": text}, Work())
    assert said in caught.value.message
    assert "a last word" in caught.value.message
    assert not engine.alive


def test_everybody_who_waits_for_a_process_hears_of_its_end(host: HostMaker) -> None:
    engine = host("hangs")
    engine.start(Work())
    errors: list[Exception] = []

    def ask() -> None:
        try:
            engine.ask("speak", {"text": "asleep"}, Work())
        except EngineDied as error:
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait_for(lambda: engine.busy == 3)
    engine.stop()
    for thread in threads:
        thread.join()
    assert len(errors) == 3


def test_a_request_that_gets_nowhere_is_ended(host: HostMaker) -> None:
    engine = host("hangs", request=0.3)
    engine.start(Work())
    pid = engine.pid
    with pytest.raises(EngineDied, match="no progress"):
        engine.ask("speak", {"text": "asleep"}, Work())
    assert pid is not None and is_gone(pid)


def test_a_process_that_holds_the_interpreter_is_ended(host: HostMaker) -> None:
    engine = host("hangs", beat=3.0)
    engine.start(Work())
    pid = engine.pid
    with pytest.raises(EngineDied, match="did not answer"):
        engine.ask("speak", {"text": "locked"}, Work())
    assert pid is not None and is_gone(pid)


def test_stop_ends_what_does_not_react_to_it_with_all_its_children(host: HostMaker, tmp_path: Path) -> None:
    engine, work, pids = host("has_children", cancel=0.1), Work(), tmp_path / "pids"
    engine.start(Work())

    def stop_when_at_work() -> None:
        wait_for(pids.exists)
        work.cancel.set()

    threading.Thread(target=stop_when_at_work).start()
    with pytest.raises(Cancelled):
        engine.ask("speak", {"text": str(pids)}, work)
    for pid in pids.read_text().split():
        wait_for(lambda pid=pid: is_gone(int(pid)))  # type: ignore[misc]


def test_prints_never_reach_the_wire_and_are_kept(host: HostMaker) -> None:
    engine = host("prints")
    engine.start(Work())
    for _ in range(2):
        assert engine.ask("speak", {"text": "x"}, Work())["words"] == [(0, 1)]
    tail = engine.log_tail()
    assert "from C" in tail and "from a child" in tail


def test_an_engine_sees_nothing_of_the_studio(host: HostMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not for engines")
    engine = host("tells_its_surroundings")
    engine.start(Work())
    told = engine.ask("speak", {}, Work())
    assert "AWS_SECRET_ACCESS_KEY" not in told["environment"]
    assert told["environment"]["HF_HUB_OFFLINE"] == "1"
    project = str(Path(__file__).resolve().parents[2])
    assert project not in told["path"] and "" not in told["path"]


def test_an_engine_outlives_the_thread_that_started_it(host: HostMaker) -> None:
    engine = host("refuses")
    starter = threading.Thread(target=engine.start, args=(Work(),))
    starter.start()
    starter.join()
    for _ in range(3):
        assert engine.ask("speak", {"text": "good"}, Work())
        time.sleep(0.1)
    assert engine.pid is not None and engine.pid != os.getpid()
