from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile  # type: ignore[import-untyped]

from ui.waveform import BARS, bars_of_file, bars_of_words


def test_bars_follow_the_sound(tmp_path: Path) -> None:
    samples = np.concatenate([np.zeros(24_000), 0.5 * np.ones(24_000)]).astype(np.float32)
    soundfile.write(tmp_path / "a.wav", samples, 24_000)
    bars = bars_of_file(tmp_path / "a.wav")
    assert len(bars) == BARS
    assert max(bars[: BARS // 2 - 1]) < 0.1
    assert min(bars[BARS // 2 :]) == 1.0


def test_what_cannot_be_read_has_no_bars(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("no sound")
    assert bars_of_file(tmp_path / "a.wav") == ()
    assert bars_of_file(tmp_path / "missing.wav") == ()


def test_a_sound_shorter_than_the_bars_has_none(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(10, np.float32), 24_000)
    assert bars_of_file(tmp_path / "a.wav") == ()


def test_words_stand_in_where_the_sound_is_not_at_hand() -> None:
    bars = bars_of_words([{"start": 0.5, "end": 1.0}], 1.0)
    assert max(bars[: BARS // 2 - 1]) < 0.2
    assert min(bars[BARS // 2 :]) > 0.4


def test_no_words_are_a_flat_line() -> None:
    assert set(bars_of_words([], 0.0)) == {0.12}
