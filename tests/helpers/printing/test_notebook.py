"""A paragraph gets its numbers from rows, by name."""

import pandas as pd
import pytest

from helpers.ground.results import Estimate, ResultId, row
from helpers.printing.notebook import say

RATE = pd.Series(
    row(
        ResultId("efficacy", "response", "rate"),
        "label",
        "Everybody",
        "fraction",
        Estimate(0.75, 0.47, 0.91, 0.95, n=12, events=9, method="Wilson"),
    )
)


def test_a_row_prints_as_its_slot_asks():
    text = "{rate} / {rate:of} / {rate:number} / {rate:population} / {words}"
    assert say(text, rate=RATE, words="a word").data == (
        "75% (95% CI 47% to 91%) / 75% (9 of 12; 95% CI 47% to 91%) / 75% / Everybody / a word"
    )


def test_roles_of_the_pages_stay_and_the_text_loses_its_indent():
    text = """
    See {term}`P value` and {cite}`kaplan1958`.

    - {rate:number}
    """
    assert say(text, rate=RATE).data == "See {term}`P value` and {cite}`kaplan1958`.\n\n- 75%"


@pytest.mark.parametrize(("text", "slots"), [("{a} {b}", {"a": "1"}), ("{a}", {"a": "1", "b": "2"})])
def test_a_slot_without_a_value_or_a_place_is_an_error(text, slots):
    with pytest.raises(ValueError, match="b"):
        say(text, **slots)


def test_a_line_with_nothing_in_its_slot_goes_away():
    text = """
    Kept: {rate:number}.
    {gone} is on a line with {rate:number}.

    - {absent}
    - {words}
    """
    assert say(text, rate=RATE, gone=None, absent=None, words="").data == "Kept: 75%.\n\n- "
