"""Every estimator beside R, on data that are not the study's; and the tables that say how close."""

import pytest

from reference.comparisons import COMPARISONS
from reference.readme import README, differences, with_tables

pytestmark = pytest.mark.filterwarnings("error")
LARGEST = 1e-4  # of a relative difference, where R's figures have fewer digits


@pytest.mark.parametrize("name", COMPARISONS)
def test_an_estimator_agrees_with_r_on_three_data_sets(name):
    found = differences(COMPARISONS[name][1])
    assert len({of for of, _ in found}) >= 3
    too_far = [(of, difference) for of, difference in found if not difference < LARGEST]
    assert not too_far


def test_the_committed_tables_are_what_the_command_gives():
    text = README.read_text(encoding="utf-8")
    assert with_tables(text) == text
