"""How well the hints agree with labels given by hand, on texts not used for writing the rules."""

import pytest

from tests.coach.measuring import KINDS, agreement, read_labelled, read_unseen_elsewhere

LEAST_PRECISION = 0.8
LEAST_RECALL = 0.8


@pytest.mark.parametrize("kind", KINDS)
def test_hints_agree_with_the_labels_of_the_held_out_half(kind: str) -> None:
    found = agreement(read_labelled(held_out=True))[kind]
    assert found.right + found.missed >= 8
    assert found.precision >= LEAST_PRECISION
    assert found.recall >= LEAST_RECALL


def test_the_set_is_large_enough_and_its_halves_share_no_text() -> None:
    seen, unseen = read_labelled(held_out=False), read_labelled(held_out=True)
    assert len(seen) + len(unseen) >= 120
    assert {each.text for each in seen}.isdisjoint(each.text for each in unseen)
    assert {each.language for each in unseen} == {"da", "en"}


def test_hints_on_texts_by_other_writers_are_mostly_right() -> None:
    found = agreement(read_unseen_elsewhere())
    # Nobody has labelled jargon there: what is unknown depends on the vocabulary of the day.
    counted = [each for kind, each in found.items() if kind != "jargon"]
    right = sum(each.right for each in counted)
    assert right / (right + sum(each.wrong for each in counted)) >= LEAST_PRECISION
    assert right / (right + sum(each.missed for each in counted)) >= LEAST_RECALL
