"""The slots that every member has, against the published counts and the counts that follow from them."""

from evidence.claims import load
from evidence.claims.printed import Figures
from evidence.ensemble import people


def test_the_slots_are_the_published_counts():
    found = people.solve(Figures(load.load()))
    refractory, combination = found.refractory, found.combination
    assert len(found.arm) == 64 and combination.sum() == 19
    assert refractory.sum() == 33 and (refractory & combination).sum() == 12
    assert (found.responded & refractory & combination).sum() == 10
    assert (found.responded & refractory & ~combination).sum() == 14
    assert (found.mrd_negative & refractory & combination).sum() == 7
    high = found.burden == "high"
    assert ((high & combination).sum(), (high & ~combination).sum()) == (6, 9)
    assert (high & combination & found.responded).sum() == 5


def test_nine_two_and_eight_are_nineteen():
    """Without response are 9 with relapsed/refractory disease and 2 who entered MRD-positive."""
    found = people.solve(Figures(load.load()))
    assert (~found.responded & found.refractory).sum() == 9
    assert (~found.responded & ~found.refractory).sum() == 2
    assert (~found.responded & found.combination).sum() == 2


def test_a_group_that_is_no_arm_is_everybody():
    found = people.solve(Figures(load.load()))
    assert found.of("all").all()
    assert found.of("combination").sum() == 19
    assert (found.of("monotherapy") == ~found.combination).all()
