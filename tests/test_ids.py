from __future__ import annotations

from backend.ids import content_id, derived_id, is_id, new_id


def test_ids_sort_in_the_order_they_were_made_even_within_a_millisecond() -> None:
    made = [new_id("job") for _ in range(2000)]
    assert made == sorted(made)
    assert len(set(made)) == 2000
    assert all(is_id(one, "job") for one in made)


def test_what_is_made_from_a_job_has_always_the_same_id_and_sorts_beside_it() -> None:
    job, later = new_id("job"), new_id("job")
    assert derived_id("nar", job) == derived_id("nar", job) != derived_id("nar", later)
    assert derived_id("nar", job) < derived_id("nar", later)
    assert derived_id("cap", job, "9:16") != derived_id("cap", job, "1:1")


def test_a_content_id_depends_on_every_part_and_where_it_ends() -> None:
    assert content_id("made", "ab", "c") != content_id("made", "a", "bc")
    assert is_id(content_id("made", "ab", "c"), "made")
