"""Curves over time against every order of events and censorings of a few patients."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from evidence.claims.printed import Figure
from evidence.forensics import curves


def read(text):
    return Figure.parse("x", text)


def printed(value, decimals=0):
    return read(f"{value:.{decimals}f}")


def orders(patients):
    """Yield events by a time, numbers at risk after it and the probability, for every order."""
    for gone in range(patients + 1):
        for events in product((0, 1), repeat=gone):
            share = np.prod([1 - event / (patients - place) for place, event in enumerate(events)])
            yield sum(events), patients - gone, float(share)


@pytest.mark.parametrize("patients", [1, 2, 3, 6, 9])
def test_a_probability_is_printed_where_some_order_has_it(patients):
    by_events = {}
    for events, at_risk, share in orders(patients):
        for known in range(at_risk + 1):
            by_events.setdefault((events, known), []).append(100 * share)
    for (events, known), reached in by_events.items():
        low, high = curves.bounds(patients, events, known)
        assert min(reached) == pytest.approx(100 * low) and max(reached) == pytest.approx(100 * high)
        for percent in range(101):
            figure = printed(percent)
            found = curves.with_events(figure, patients, (events, events), known)
            assert any(way.usual for way in found) == bool(figure.prints(reached).any())
            if not found:
                assert not any(percent <= share + 1e-9 < percent + 1 for share in reached)


def test_the_estimate_is_that_of_lifelines():
    rng = np.random.default_rng(2)
    months, event = rng.integers(1, 12, 25), rng.random(25) < 0.5
    curve = KaplanMeierFitter().fit(months, event)
    for at in (3, 6, 9):
        share, by, left = (
            100 * float(curve.predict(at)),
            int(event[months <= at].sum()),
            int((months > at).sum()),
        )
        for figure in (printed(share), printed(share, 1)):
            assert curves.with_events(figure, 25, (by, by), left)[0].usual
            assert curves.with_events(figure, 25, (0, int(event.sum())))[0].usual
        assert curves.with_events(printed(100 * (25 - by) / 25 + 1), 25, (by, by)) == []


def test_few_patients_with_events():
    assert curves.with_events(read("100"), 10, (0, 0))[0].usual
    assert curves.with_events(read("99"), 10, (0, 0)) == []
    assert curves.with_events(read("100"), 10, (1, 1)) == []
    assert curves.with_events(read("99"), 10, (0, 3)) == []  # one event takes a tenth
    assert curves.with_events(read("89"), 10, (0, 3))[0].usual
    assert curves.with_events(read("82"), 5, (1, 1)) == []  # four fifths and no more
    assert [way.usual for way in curves.with_events(read("72"), 5, (1, 1))] == [
        False
    ]  # between 3 / 4 and 2 / 3
    assert curves.with_events(read("71"), 10, (3, 3), 9) == []  # ten patients are not twelve
    assert curves.with_events(read("20"), 300, (200, 250))[0].usual
    assert curves.with_events(read(">80"), 10, (2, 2)) == []
    assert curves.with_events(read("≥80"), 10, (2, 2))[0].usual


@settings(max_examples=80, deadline=None)
@given(
    kinds=st.lists(st.integers(0, 2), min_size=1, max_size=40),
    gone=st.integers(0, 40),
    decimals=st.integers(0, 2),
)
def test_true_incidences_beside_competing_events_always_have_a_way(kinds, gone, decimals):
    """Kinds are censored, the event, a competing event; Aalen and Johansen's sum of its steps."""
    patients, event_free, incidence = len(kinds), 1.0, 0.0
    for place, kind in enumerate(kinds[:gone]):
        incidence += (kind == 1) * event_free / (patients - place)
        event_free *= 1 - (kind > 0) / (patients - place)
    events = kinds[:gone].count(1)
    figure = printed(100 * incidence, decimals)
    assert curves.with_events(figure, patients, (events, events), max(patients - gone, 0), rises=True)[
        0
    ].usual
    assert curves.with_events(figure, patients, (0, kinds.count(1)), rises=True)[0].usual


@pytest.mark.parametrize(
    ("earlier", "later", "rises", "fits"),
    [
        ("80", "81", False, False),
        ("80", "80", False, True),
        ("81", "80", False, True),
        ("80", "81", True, True),
        ("81", "80", True, False),
        ("80.4", "81", False, False),
        ("80.4", "80", False, True),
        ("80", "80.4", False, True),
        ("80", "80.9", False, True),  # truncated
        (">80", "90", False, True),
        ("<80", "90", False, False),
    ],
)
def test_probabilities_at_two_times(earlier, later, rises, fits):
    assert bool(curves.at_two_times(read(earlier), read(later), rises)) == fits


@pytest.mark.parametrize(
    ("median", "probability", "at", "fits"),
    [
        ("14.2", "62", 24, False),
        ("14.2", "50", 24, True),
        ("14.2", "38", 24, True),
        ("14.2", "38", 12, False),
        ("14.2", "62", 12, True),
        ("24.1", "62", 24, True),
        ("24.1", "38", 24, True),
        ("14.2", "50.4", 24, False),
        ("14.2", "<60", 24, True),
        ("14.2", ">60", 24, False),
        (">14", "62", 24, True),
        (">30", "38", 24, False),
        ("", "38", 24, False),
        ("", "50", 24, True),
        ("", "62", 24, True),
    ],
)
def test_a_median_beside_a_probability(median, probability, at, fits):
    median, probability = read(median) if median else None, read(probability)
    assert bool(curves.beside_median(median, probability, at)) == fits
    if probability.bound == "=":
        turned = Figure("x", 100 - probability.value, probability.decimals)
        assert bool(curves.beside_median(median, turned, at, rises=True)) == fits


@settings(max_examples=60, deadline=None)
@given(
    times=st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=30),
    at=st.integers(1, 60),
)
def test_true_medians_always_have_a_way(times, at):
    months, event = np.array(times).T
    curve = KaplanMeierFitter().fit(months, event)
    reached = curve.median_survival_time_
    median = printed(reached) if np.isfinite(reached) else None
    figure = printed(100 * float(curve.predict(at)))
    assert curves.beside_median(median, figure, at)
