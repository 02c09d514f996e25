"""What is added up beforehand says of every stretch of words what looking at the stretch itself says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backend.captions.fits import Fits
from backend.captions.lines import Limits, Measured, fewest_lines, line_characters

WORDS = st.lists(
    st.builds(
        Measured,
        text=st.text("aé今", min_size=1, max_size=9),
        width=st.integers(0, 400).map(lambda hundredths: hundredths / 100),
        gap=st.sampled_from([0.0, 0.3]),
    ),
    min_size=1,
    max_size=12,
)
LIMITS = st.builds(Limits, width=st.integers(1, 900).map(lambda n: n / 100 + 0.001), characters=st.integers(1, 40))


@given(WORDS, LIMITS)
def test_a_stretch_fits_into_as_many_lines_as_it_needs(words: list[Measured], limits: Limits) -> None:
    fits = Fits(words, limits)
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            stretch = words[start:end]
            assert fits.characters(start, end) == line_characters(stretch)
            needed = fewest_lines(stretch, limits)
            assert fits.in_lines(start, end, needed)
            assert not fits.in_lines(start, end, needed - 1)
