"""What is taken for the screen, and what is left of a pixel: on colours alone."""

from __future__ import annotations

import numpy as np
import pytest

from backend.video.backgrounds.kinds import Colour
from backend.video.keying.screen_key import Key, cubes, find_screen, opacity, without_screen

SCREENS = ["#00ff00", "#00b140", "#3a9b4f", "#0047bb", "#ff00ff"]
SKINS = [(255, 219, 172), (198, 134, 66), (89, 47, 42), (240, 240, 240), (10, 10, 12), (200, 30, 40), (250, 220, 40)]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_screen_goes_and_people_stay(screen: str) -> None:
    key = Key(Colour(screen))
    assert opacity(np.array([key.colour.rgb], float), key)[0] == 0
    kept = [skin for skin in SKINS if screen != "#ff00ff" or skin != (200, 30, 40)]
    assert (opacity(np.array(kept, float), key) == 1).all()
    assert np.abs(without_screen(np.array(kept, float), key) - kept).max() < 26


@pytest.mark.parametrize("screen", SCREENS[:3])
def test_shadows_on_the_screen_go_as_well(screen: str) -> None:
    key = Key(Colour(screen), similarity=0.15)
    shadow = np.array([key.colour.rgb], float) * 0.75
    assert opacity(shadow, key)[0] < 0.05


@pytest.mark.parametrize("screen", SCREENS[:4])
@pytest.mark.parametrize("front", [(255, 255, 255), (128, 128, 128), (20, 20, 20), (198, 134, 66), (120, 72, 40)])
def test_an_edge_gets_back_the_colour_of_what_stands_there(screen: str, front: tuple[int, int, int]) -> None:
    """Pixels that are mixed of a thing and the screen, as a camera sees an edge: grey again, skin not green."""
    key = Key(Colour(screen))
    channel = int(np.argmax(key.colour.rgb))
    for share in (0.3, 0.5, 0.7):
        mixed = (1 - share) * np.array(front, float) + share * np.array(key.colour.rgb, float)
        found = without_screen(mixed[None], key)[0]
        assert found[channel] - np.delete(found, channel).max() < 20
        assert np.abs(found - front).max() < (40 if len(set(front)) == 1 else 90)


def test_a_screen_without_colour_is_told_by_its_brightness() -> None:
    key = Key(Colour("#000000"), similarity=0.05, blend=0.3)
    levels = opacity(np.array([[0, 0, 0], [60, 60, 60], [255, 255, 255]], float), key)
    assert (levels[0], levels[2]) == (0, 1)
    assert 0 < levels[1] < 1


def test_spill_is_taken_off_as_much_as_wanted() -> None:
    hair = np.array([[90.0, 140.0, 90.0]])
    greens = [without_screen(hair, Key(Colour("#00b140"), spill=spill))[0] for spill in (0.0, 0.5, 1.0)]
    shine = [green[1] - max(green[0], green[2]) for green in greens]
    assert shine[0] == 50
    assert shine[0] > shine[1] > shine[2]
    assert shine[2] < 20


@pytest.mark.parametrize(("word", "screen"), [("green", (58, 155, 79)), ("blue", (20, 60, 190))])
def test_a_screen_is_found_behind_whatever_stands_before_it(word: str, screen: tuple[int, int, int]) -> None:
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[:] = screen
    picture[:, :, :] = np.clip(picture + np.random.default_rng(1).integers(-6, 7, picture.shape), 0, 255)
    picture[30:, 40:120] = (200, 150, 120)
    picture[50:, 60:100] = (30, 230, 40) if word == "green" else (40, 60, 250)
    found = find_screen([np.zeros_like(picture), picture], word)
    assert np.abs(np.array(found.rgb) - screen).max() <= 4


def test_where_no_screen_is_the_word_is_taken_for_the_pure_colour() -> None:
    assert find_screen([np.full((90, 160, 3), 128, np.uint8)], "green") == Colour("#00ff00")


@pytest.mark.parametrize("similarity", [0.01, 0.3])
def test_the_tables_say_what_the_functions_say(similarity: float) -> None:
    key = Key(Colour("#00b140"), similarity)
    opaque, colours = (_table(cube) for cube in cubes(key))
    points = len(opaque)
    grid = np.linspace(0, 255, points)
    place = (points // 3, points // 2, points // 4)
    colour = np.array([[grid[place[0]], grid[place[1]], grid[place[2]]]])
    at = (place[2], place[1], place[0])
    assert opaque[at][0] == pytest.approx(opacity(colour, key)[0], abs=1e-3)
    assert colours[at] == pytest.approx(without_screen(colour, key)[0] / 255, abs=2e-3)


def _table(cube: bytes) -> np.ndarray:
    head, *lines = cube.decode().split("\n")
    points = int(head.split()[1])
    rows = np.array([[float(number) for number in line.split()] for line in lines if line])
    return rows.reshape(points, points, points, 3)
