"""Partial dates and durations, against every pair of days."""

from datetime import date, timedelta

import numpy as np
import pytest

from evidence.claims.printed import Figure
from evidence.forensics import dates


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("2021-10", date(2021, 10, 1), date(2021, 10, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        (" 2021-10-05 ", date(2021, 10, 5), date(2021, 10, 5)),
    ],
)
def test_a_date_is_the_days_that_it_may_be(text, first, last):
    assert dates.span(text) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "21", "2021-1", "2021-13", "2023-02-29", "2021-10-32", "10/2021", "2021-00"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="is no date|not in the calendar"):
        dates.span(text)


def test_only_a_certain_order_is_denied():
    texts = [
        ("2021", "2021-06", "2021-06-15"),
        ("2022", "2021-07", "2021-06-16"),
        ("2020", "2021-05", "2021-06-14"),
    ]
    same, after, before = texts
    for text in same:
        assert dates.in_order(text, same[0]) and dates.in_order(same[0], text)
        assert all(dates.in_order(text, other) for other in after if other != "2021-06-16")
    assert dates.in_order("2021-06-15", "2021-06-16") and not dates.in_order("2021-06-16", "2021-06-15")
    assert not dates.in_order("2021-06", "2021-05") and dates.in_order("2021-05", "2021-06")
    assert not dates.in_order("2021-06-15", before[0])


@pytest.mark.parametrize("seed", range(30))
def test_true_durations_always_have_a_way(seed):
    rng = np.random.default_rng(seed)
    begin = date(2015, 1, 1) + timedelta(days=int(rng.integers(2000)))
    end = begin + timedelta(days=int(rng.integers(1, 3000)))
    within = int(rng.integers((end - begin).days + 1))
    cut = [slice(None), slice(7), slice(4)]
    first, last = str(begin)[cut[rng.integers(3)]], str(end)[cut[rng.integers(3)]]
    assert dates.in_order(first, last)
    for unit, lengths in dates.DAYS.items():
        for length in lengths:
            decimals = int(rng.integers(3))
            duration = Figure.parse("x", f"{within / length:.{decimals}f}")
            ways = dates.no_longer(duration, unit, first, last)
            assert ways, (within, unit, length)
            if length == lengths[0]:
                assert ways[0].usual


def test_calendar_months():
    for months in range(1, 30):
        year, month = divmod(months, 12)
        last = f"{2021 + year}-{month + 1:02d}-01"
        assert dates.no_longer(Figure("x", months, 2), "months", "2021-01-01", last)[0].usual


@pytest.mark.parametrize(
    ("duration", "unit", "first", "last", "within"),
    [
        ("24", "months", "2019-01", "2021-01", True),
        ("26", "months", "2019-01", "2021-01", False),
        ("25.3", "months", "2019-01", "2021-01", True),  # months of 30 days
        (">30", "months", "2019-01", "2021-01", False),
        ("10", "months", "2019-01", "2021-01", True),
        ("3", "years", "2019-06-15", "2021-06-15", False),
        ("2", "years", "2019-06-15", "2021-06-15", True),
        ("5", "weeks", "2021-06-15", "2021-06-01", False),
    ],
)
def test_durations_beside_dates(duration, unit, first, last, within):
    duration = Figure.parse("x", duration)
    assert bool(dates.no_longer(duration, unit, first, last)) == within
