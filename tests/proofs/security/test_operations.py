"""Another key, with every id of a first one, in every field of every operation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from backend.errors import StudioError
from backend.operations import OPERATIONS
from backend.settings import Settings
from backend.studio import Studio
from tests.end_to_end.every_field import RIGHT
from tests.proofs.scale import Scale
from tests.proofs.security.belongings import ids_in, kept_of, make_everything, one_of_each, start_something_long, tells
from tests.proofs.security.conftest import ANNAS, BENS, HOST_KEY

TEXTS = {"script", "text", "name", "query", "transcript", "prefix", "tags", "idempotency_key", "consent", "webhook"}
"""Fields that are spoken, written down or compared; nothing is looked up by them."""
SHAPES: tuple[Callable[[str], Any], ...] = (
    lambda name: name,
    lambda name: [name],
    lambda name: {"path": name},
    lambda name: {"engine": "silence", "layers": [{"kind": "image", "file": name}]},
    lambda name: {"title": "Mine", "font": name, "size": 0.09, "highlight": "pop"},
)
"""How ids stand in fields: alone, in lists, as files of the page, in layers, in styles."""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    settings = Settings.model_validate(
        {
            "home": tmp_path_factory.mktemp("home"),
            "hub_offline": True,
            "api_key": HOST_KEY,
            "api_keys": f"anna:{ANNAS},ben:{BENS}",
        }
    )
    with Studio(settings) as studio:
        studio.start()
        yield studio


@pytest.fixture(scope="module")
def said(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return make_everything(studio.of("anna"), tmp_path_factory.mktemp("annas"))


def tries(ids: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls of every operation with each id alone, and one of each kind in each shape, in each field."""
    given = [*ids, *(shape(name) for shape in SHAPES[1:] for name in one_of_each(ids))]
    for operation, right in RIGHT.items():
        for field in OPERATIONS[operation].request.model_fields:
            if field not in TEXTS:
                yield from ((operation, {**right, field: value}) for value in given)


def answer(studio: Studio, operation: str, arguments: dict[str, Any]) -> Any:
    """What a caller learns; whatever a job does with it is waited for."""
    try:
        return studio.call(operation, arguments)
    except StudioError as error:
        return error.to_dict()


def test_another_key_reads_changes_and_stops_nothing_by_any_operation(
    studio: Studio, said: dict[str, Any], scale: Scale, record_property: Callable[[str, object], None]
) -> None:
    anna, ids = studio.of("anna"), ids_in(said)
    running = start_something_long(anna)
    before, tried, refused = kept_of(studio.settings, "anna"), 0, 0
    known = [*ids, running]
    for other in [studio.of("ben"), studio][: scale(short=1, full=2)]:
        for operation, arguments in itertools.islice(tries(known), 0, None, scale(short=20, full=1)):
            told = answer(other, operation, arguments)
            tried += 1
            refused += "code" in told if isinstance(told, dict) else 0
            assert not tells(told), (operation, arguments, told)
    after = kept_of(studio.settings, "anna")
    assert {name: after.get(name) for name in before} == before
    assert all("/made_" in name for name in set(after) - set(before)), "what her running job says so far"
    assert anna.call("job_status", {"job_id": running})["state"] == "running"
    anna.call("cancel_job", {"job_id": running})
    assert tried >= scale(short=500, full=20_000)
    record_property("ids", len(known))
    record_property("operations", len(RIGHT))
    record_property("tries", tried)
    record_property("refused", refused)
    record_property("reads, changes, stops", 0)


def test_what_gives_the_first_away_is_found_where_it_may_be_seen(studio: Studio, said: dict[str, Any]) -> None:
    """The proof above looks for marks: here they are, in what Anna herself is answered."""
    anna = studio.of("anna")
    for operation, arguments in (
        ("list_narrations", {}),
        ("list_voices", {}),
        ("list_files", {}),
        ("list_caption_styles", {}),
        ("get_narration", {"narration_id": said["made"]["narration"]["narration_id"]}),
        ("make_captions", {"source": said["subtitles"]["file_id"]}),
        ("download_file", {"file_id": said["clip"]["file_id"]}),
    ):
        assert tells(answer(anna, operation, arguments)), operation
        if operation.startswith("list"):
            assert not tells(answer(studio.of("ben"), operation, arguments)), operation
