"""Writes random checkpoints: ``python -m tests.engines.tiny_chatterbox.make FOLDER``, in Chatterbox's environment.

The speech model is made to say about a second: random weights would talk up to the limit, or say tokens that mean
nothing. Two channels are kept clear of all that attention and perceptrons add; they tell the output layer where in the
speech it is, and so when to end.
"""

from __future__ import annotations

import importlib
import json
import sys
import types
from pathlib import Path
from typing import Any

ENGINE = Path(__file__).resolve().parents[3] / "backend" / "engines" / "chatterbox"
TOKENS = 25
SPEECH_TOKENS, END = 6561, 6562
REPEATED = 7
"""What is said after the end when the analyser does not allow one; saying it twice makes the analyser end it."""
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,!?'\"-;()"
LANGUAGES = ("ar", "de", "en", "es", "fr", "ja", "pt", "zh")


def product(name: str) -> Any:
    """A module of the engine under test."""
    if "product" not in sys.modules:
        package = types.ModuleType("product")
        package.__path__ = [str(ENGINE)]
        sys.modules["product"] = package
    return importlib.import_module(f"product.{name}")


def make(folder: Path) -> None:
    """Write the files that each of the engine's variants loads into a folder of its name."""
    product("shims").install()
    import torch

    from .sizes import shrink

    for variant, write in (("english", _english), ("multilingual", _multilingual), ("turbo", _turbo)):
        shrink(variant == "multilingual")
        torch.manual_seed(0)
        (folder / variant).mkdir(parents=True)
        write(folder / variant)


def _english(folder: Path) -> None:
    from chatterbox.models.s3gen import S3Gen
    from chatterbox.models.t3 import T3
    from chatterbox.models.voice_encoder import VoiceEncoder

    _save(_ending(_minding(T3())), folder / "t3_cfg.safetensors")
    _save(_random(S3Gen()), folder / "s3gen.safetensors")
    _save(_random(VoiceEncoder()), folder / "ve.safetensors")
    _write_letters(folder / "tokenizer.json", ())


def _multilingual(folder: Path) -> None:
    from chatterbox.models.s3gen import S3Gen
    from chatterbox.models.t3 import T3
    from chatterbox.models.t3.modules.t3_config import T3Config
    from chatterbox.models.voice_encoder import VoiceEncoder

    _save(_ending(_minding(T3(T3Config.multilingual()))), folder / "t3_mtl23ls_v2.safetensors")
    _save(_random(S3Gen()), folder / "s3gen.pt")
    _save(_random(VoiceEncoder()), folder / "ve.pt")
    _write_letters(folder / "grapheme_mtl_merged_expanded_v1.json", LANGUAGES)
    (folder / "Cangjie5_TC.json").write_text(json.dumps(["你\tonf", "好\tvnd"]), "utf-8")


def _turbo(folder: Path) -> None:
    from chatterbox.models.s3gen import S3Gen
    from chatterbox.models.t3 import T3
    from chatterbox.models.t3.modules.t3_config import T3Config
    from chatterbox.models.voice_encoder import VoiceEncoder

    config = T3Config(text_tokens_dict_size=50276)
    config.llama_config_name = "GPT2_medium"
    config.speech_tokens_dict_size = SPEECH_TOKENS + 2
    config.input_pos_emb = None
    config.speech_cond_prompt_len = 375
    config.use_perceiver_resampler = config.emotion_adv = False
    speaker = _minding(T3(config))
    # No positions to go by here: at every token there is some chance of the end.
    speaker.speech_head.bias.data.zero_()
    speaker.speech_head.bias.data[SPEECH_TOKENS] = -1e4
    speaker.speech_head.bias.data[END] = 4.0
    _save(speaker, folder / "t3_turbo_v1.safetensors")
    _save(_random(S3Gen(meanflow=True)), folder / "s3gen_meanflow.safetensors")
    _save(_random(VoiceEncoder()), folder / "ve.safetensors")
    _write_bytes_tokenizer(folder)


def _random(model: Any) -> Any:
    """The model, with what its constructor left unwritten made random too."""
    import torch

    for parameter in model.parameters():
        if not torch.isfinite(parameter).all() or parameter.abs().max() > 1e3:
            parameter.data.normal_(std=0.02)
    return model


def _minding(speaker: Any) -> Any:
    """A speech model that minds what it is given: with the usual small numbers it would hardly."""
    for name, parameter in _random(speaker).named_parameters():
        if name.startswith("cond_enc.emotion"):
            # Models of this kind see a vector's direction, not its length: alone, feeling would come to nothing.
            parameter.data.mul_(0.03)
        elif parameter.dim() > 1 and name.startswith(("tfmr.", "cond_enc.", "speech_head.")):
            parameter.data.mul_(8)
    return speaker


def _ending(speaker: Any) -> Any:
    """Have a Llama speech model say ``TOKENS`` tokens of speech and then the end."""
    always, ended, strong = 0, 1, 30.0
    own = [always, ended]
    for layer in speaker.tfmr.layers:
        layer.self_attn.o_proj.weight.data[own] = 0
        layer.mlp.down_proj.weight.data[own] = 0
    for embedding in (speaker.text_emb, speaker.speech_emb, speaker.text_pos_emb.emb, speaker.speech_pos_emb.emb):
        embedding.weight.data[:, own] = 0
    for embedding in (speaker.text_emb, speaker.speech_emb):
        embedding.weight.data[:, always] = 5.0
    speaker.speech_pos_emb.emb.weight.data[TOKENS - 1 :, ended] = 10.0
    head = speaker.speech_head.weight.data
    head[:, own] = 0
    head[SPEECH_TOKENS:, always] = -strong
    head[END, ended] = 4 * strong
    head[REPEATED, ended] = 2 * strong
    return speaker


def _save(model: Any, path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    state = {name: value.contiguous().clone() for name, value in model.state_dict().items()}
    if path.suffix == ".pt":
        torch.save(state, path)
    else:
        save_file(state, path)


def _write_letters(path: Path, languages: tuple[str, ...]) -> None:
    """A tokenizer that knows letters, with the special tokens at the numbers Chatterbox expects."""
    from tokenizers import Tokenizer, models

    marks = ["[STOP]", "[UNK]", "[SPACE]", "[PAD]", "[SEP]", "[CLS]", "[MASK]", *(f"[{name}]" for name in languages)]
    known = [*marks, *LETTERS]
    known += [f"[free{number}]" for number in range(len(known), 255)]
    vocabulary = {word: number for number, word in enumerate([*known, "[START]"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="[UNK]"))
    tokenizer.add_special_tokens([*marks, "[START]"])
    tokenizer.save(str(path))


def _write_bytes_tokenizer(folder: Path) -> None:
    """A tokenizer of single bytes in the form that transformers reads."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    bytes_ = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {word: number for number, word in enumerate([*bytes_, "<|endoftext|>"])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>").save_pretrained(folder)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
