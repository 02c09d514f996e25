"""Names, ids, keys, links and zips: nothing that somebody sends becomes a path or is taken for what it is not."""

from __future__ import annotations

import io
import random
import time
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from backend.errors import InvalidRequest, NotFound, StorageError
from backend.ids import COLLECTIONS, StoredFile, content_id, derived_id, is_file_id, is_id, new_id
from backend.storage.base import check_key, check_prefix, is_key
from backend.storage.links import LinkSigner
from backend.storage.local import LocalStore
from backend.storage.names import MAX_NAME_BYTES, MEDIA_TYPES, clean_name, media_type
from backend.tenants import is_tenant
from backend.voices.bundles import read_bundle, write_bundle
from backend.voices.recipes import canonical, parse_recipe
from backend.voices.records import CLIP
from tests.proofs.scale import Scale
from tests.proofs.text.texts import ANY, CHARACTERS, made_of
from tests.proofs.text.trying import SEED, try_all
from tests.voices.making import make_clip, record_of

Record = Callable[[str, Any], None]
PATHS = [
    *("/", "..", "../", "\\", "..\\", "%2e%2e", "%2f", "C:", "~", ".", "-rf", "CON", "nul", "com1.", " ", "\0", "\n"),
    *("nar_", "up_", "voice_", "share_", "0" * 26, "01k" + "0" * 23, ".1.", ".0.", ".999999.", "file.wav", "audio.wav"),
    *("narrations/", "manifest.json", "a/b.c", "A", "é", "e\u0301", "\u202e", "<img src=x>", '"', "'", "?", "*", "%d"),
    *(".wav", ".html", ".svg", ".WAV", "\r\nSet-Cookie: a=b", "x" * 300, "名", "🎬", "\ufeff", "\u2028"),
]
NAMES = made_of(PATHS, most=8)


def test_whatever_a_file_is_called_its_name_can_be_saved_anywhere(scale: Scale, record_property: Record) -> None:
    def check(given: tuple[str, str]) -> None:
        name, suffix = given
        cleaned = clean_name(name, f"file.{suffix}")
        assert cleaned.endswith(f".{suffix}") and len(cleaned.encode()) <= MAX_NAME_BYTES
        assert not set(cleaned) & set('/\\:*?"<>|') and cleaned[0] not in ".- "
        assert all(unicodedata.category(character)[0] != "C" for character in cleaned)
        assert clean_name(cleaned, f"file.{suffix}") == cleaned
        assert media_type(name) in (*MEDIA_TYPES.values(), "application/octet-stream")

    examples = st.tuples(NAMES, st.sampled_from(sorted(MEDIA_TYPES)))
    record_property("examples", try_all("names", scale, examples, check))


IDS = st.builds(new_id, st.sampled_from(sorted(COLLECTIONS)))
FILE_IDS = st.builds("{}.{}.{}".format, IDS, st.integers(0, 10**6), st.sampled_from(["file.wav", "a.b", "A.wav", "x"]))


def test_no_text_is_a_key_but_those_we_make_and_no_key_leads_out_of_its_folder(
    scale: Scale, record_property: Record, tmp_path: Path
) -> None:
    store = LocalStore(tmp_path / "store")
    signer = LinkSigner(tmp_path, "http://studio.test")
    later = int(time.time()) + 3_600

    def check(text: str) -> None:
        if is_key(text):
            inside = (tmp_path / "store" / check_key(text)).resolve()
            assert inside.is_relative_to(tmp_path / "store") and text.isascii() and ".." not in text
            with pytest.raises(NotFound):
                store.read(text)
        else:
            with pytest.raises(StorageError):
                store.read(text)
        if not text.endswith("/"):
            with pytest.raises(StorageError):
                check_prefix(text)
        check_file_id(text)
        for kind in (*COLLECTIONS, "job"):
            assert not is_id(text, kind) or text.isascii()
        assert not is_tenant(text) or text.isidentifier() or text.isascii()
        with pytest.raises(InvalidRequest):
            signer.verify(text, later, text)
        assert is_id(content_id("made", text.encode(errors="replace").decode(), "x"), "made")

    record_property("examples", try_all("keys", scale, NAMES | FILE_IDS | ANY, check))


def check_file_id(text: str) -> None:
    """What is a file's id names that file and no other, by a key of ours."""
    try:
        file = StoredFile.parse(text)
    except NotFound as error:
        assert error.code == "file_not_found"
        return
    assert is_file_id(text) and file.file_id == text and is_key(file.key)
    assert is_id(derived_id("made", file.owner, text), "made")


VOICES = st.sampled_from(["af_heart", "am_puck", "bf_emma", "af_bella", "am_echo", "af_heart ", "nobody", "../x"])
WEIGHTS = st.sampled_from(["", "", "(2)", "(3)", "(0.5)", "(10)", "(.25)", "( 7 )"]) | st.sampled_from(
    ["(0)", "(-1)", "(1e9)", "(9999999)", "(.001)", "(٣)", "(²)", "()", "(", ")"]
)
RECIPES = st.lists(st.tuples(VOICES, WEIGHTS).map("".join), max_size=6).map("+".join) | made_of(["af_heart", "+", "("])


def test_a_recipe_is_one_blend_however_it_is_written(scale: Scale, record_property: Record) -> None:
    taken = 0

    def check(recipe: str) -> None:
        nonlocal taken
        try:
            parts = parse_recipe(recipe)
        except InvalidRequest as refused:
            assert refused.code in ("invalid_recipe", "unknown_voice") and refused.hint
            return
        taken += 1
        assert all(weight > 0 for _, weight in parts)
        again = parse_recipe(canonical(parts))
        assert canonical(again) == canonical(parts)

    record_property("examples", try_all("recipes", scale, RECIPES, check))
    record_property("blends", taken)
    assert taken >= scale(short=1, full=100)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    clip = make_clip(folder / "clip.wav")
    write_bundle(record_of(clip), clip, folder / "voice.zip")
    return folder / "voice.zip"


def test_a_zip_is_a_whole_voice_or_refused_and_nothing_else_comes_out_of_it(
    good: Path, scale: Scale, record_property: Record, tmp_path: Path
) -> None:
    original = good.read_bytes()
    with zipfile.ZipFile(good) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    bundle, _ = read_bundle(good, tmp_path)
    inside = tmp_path / "inside"
    inside.mkdir()
    changes = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255), st.booleans()), max_size=4)
    others = st.dictionaries(made_of(PATHS, most=3), st.binary(max_size=50), max_size=3)
    odd = st.tuples(changes, others, st.floats(0, 1) | st.just(1.0), st.binary(max_size=30))

    def check(given: tuple[list[tuple[float, int, bool]], dict[str, bytes], float, bytes]) -> None:
        (places, more, share, tail) = given
        data = bytearray(_with(entries, more) if more else original)
        for where, byte, near_the_end in places:
            place = len(data) - 1 - int(where * 200) if near_the_end else int(where * (len(data) - 1))
            data[max(0, place)] = byte
        path = tmp_path / "odd.zip"
        path.write_bytes(bytes(data[: int(share * len(data))]) + tail)
        try:
            found, clip = read_bundle(path, inside)
        except InvalidRequest as refused:
            assert refused.code.startswith("bundle_") and refused.message and refused.hint
        else:
            assert found == bundle and clip is not None and clip.read_bytes() == entries[CLIP]
        assert {path.name for path in inside.iterdir()} <= {"imported.wav"}
        assert {path.name for path in tmp_path.iterdir()} == {"inside", "odd.zip", "imported.wav"}

    record_property("examples", try_all("zips", scale, odd, check))


def _with(entries: dict[str, bytes], more: dict[str, bytes]) -> bytes:
    """A zip with further entries of any names, among them those that lead elsewhere."""
    file = io.BytesIO()
    others = {name.encode(errors="replace").decode().partition("\0")[0] or "odd": data for name, data in more.items()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**others, **entries}.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return file.getvalue()


def test_no_changed_link_opens_anything(scale: Scale, record_property: Record, tmp_path: Path) -> None:
    signer, later = LinkSigner(tmp_path, "http://studio.test"), int(time.time()) + 3_600
    file_id = "nar_00000000000000000000000000.1.audio.wav"
    signature = signer.link(file_id, later).rpartition("=")[2]
    signer.verify(file_id, later, signature)
    chance = random.Random(SEED)

    def check(character: str) -> None:
        place = chance.randrange(64)
        changed = signature[:place] + character + signature[place + 1 :]
        if changed != signature:
            with pytest.raises(InvalidRequest):
                signer.verify(file_id, later, changed)
        with pytest.raises(InvalidRequest):
            signer.verify(file_id + character, later, signature)

    record_property("examples", try_all("links", scale, st.text(CHARACTERS, min_size=1, max_size=2), check))
