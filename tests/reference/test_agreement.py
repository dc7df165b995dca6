"""Every estimator beside R, on data that are not the study's; and the table that says how close."""

import pytest

from reference import HERE
from reference.agreement import BOUNDS, differences, with_table
from reference.comparisons import COMPARISONS

pytestmark = pytest.mark.filterwarnings("error")


@pytest.mark.parametrize("name", COMPARISONS)
def test_an_estimator_agrees_with_r_on_three_data_sets(name):
    found = differences(COMPARISONS[name][1])
    assert len({of for of, _ in found}) >= 3
    too_far = [(of, difference) for of, difference in found if not difference < BOUNDS[-1]]
    assert not too_far


def test_the_committed_table_is_what_the_command_gives():
    text = (HERE / "README.md").read_text(encoding="utf-8")
    assert with_table(text) == text
