"""The figure of the landing page: what is filled, hollow or a band, and its way to a prose page."""

from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.chapters.efficacy import words
from helpers.chapters.efficacy.groups import result_id
from helpers.ground.results import DIFFERENCE, Estimate, not_estimable, row, table
from helpers.ground.standing import told
from helpers.ground.study import load
from helpers.plots import by_burden, style

STUDY = load()
COUNTS = {"high_burden": [(5, 6), (3, 9)], "low_burden": [(5, 6), (11, 12)]}


@pytest.fixture(autouse=True)
def book_style():
    with plt.rc_context():
        style.use()
        yield
    plt.close("all")


def rates():
    """Rates of response, and differences of 0.5 at high and -0.25 at low burden."""
    made = []
    for stratum, counts in COUNTS.items():
        name = STUDY.label(stratum)
        for arm, (events, n) in zip(STUDY.arm_ids, counts, strict=True):
            value = Estimate(events / n, 0.1, 0.95, 0.95, n=n, events=events, method="Wilson")
            id = result_id("response", "rate", arm, stratum)
            made.append(row(id, "Response (CR, CRi or PR), rate", name, "fraction", value))
        size = Estimate(0.5 if stratum == "high_burden" else -0.25, -0.6, 0.8, 0.95, method="Newcombe")
        id = result_id("response", "risk_difference", "arm", stratum)
        made.append(row(id, "Difference", name, "fraction", size, DIFFERENCE))
    return table(made)


def with_counts(made):
    """Add to made rates the counts behind them."""
    of_rates = made[made["id"].str.contains(r"\.rate\.")]
    counts = of_rates.assign(id=of_rates["id"].str.replace(".rate.", ".count."), estimate=of_rates["events"])
    return pd.concat([made, counts], ignore_index=True)


def known(*standings):
    rows = rates()
    ids = list(rows["id"])
    ranges = pd.DataFrame({"id": ids, "standing": [*standings] * (len(ids) // len(standings))})
    for column, value in {"range_low": 0.123, "range_high": 0.789, "varies": ""}.items():
        ranges[column] = value
    return told(rows, ranges.assign(share_below_null=0.4, share_significant=float("nan")))


def test_groups_are_named_by_outcome_and_side():
    labels = words.labelled_by_burden(rates(), STUDY)["label"].unique().tolist()
    assert labels == ["Response, blasts > 60%", "Response, blasts ≤ 60%"]


@pytest.mark.parametrize(("standing", "face"), [("printed", "arm"), ("follows", "white")])
def test_printed_is_filled_and_what_follows_is_hollow(standing, face):
    ax = by_burden.plot_by_burden(words.labelled_by_burden(known(standing), STUDY), STUDY)
    dots = [line for line in ax.lines if line.get_marker() in ("o", "s")]
    assert len(dots) == 4
    assert all((dot.get_markerfacecolor() == "white") == (face == "white") for dot in dots)
    assert {dot.get_marker() for dot in dots} == {"o", "s"}


def test_an_open_rate_is_a_band_without_a_point():
    labelled = words.labelled_by_burden(known("open"), STUDY)
    ax = by_burden.plot_by_burden(labelled, STUDY)
    assert [list(line.get_xdata()) for line in ax.lines] == [[0.123, 0.789]] * 4
    texts = " ".join(text.get_text() for text in ax.texts) + words.by_burden_alt(labelled, STUDY)
    assert "12% to 79%" in texts and "83%" not in texts and "5 of 6" not in texts


def test_real_rows_need_no_key_of_standing():
    ax = by_burden.plot_by_burden(words.labelled_by_burden(rates(), STUDY), STUDY)
    names = [text.get_text() for text in ax.figure.legends[0].get_texts()]
    assert names == [arm.label for arm in STUDY.arms]


def test_a_rate_that_does_not_exist_says_why():
    labelled = words.labelled_by_burden(rates(), STUDY)
    labelled.loc[0, ["estimate", "ci_low", "ci_high", "method"]] = [
        *[float("nan")] * 3,
        not_estimable("no patients").method,
    ]
    ax = by_burden.plot_by_burden(labelled, STUDY)
    assert any("no patients" in text.get_text() for text in ax.texts)


def test_the_direction_turns_only_where_both_differences_are_known():
    one = replace(STUDY, outcomes=STUDY.outcomes[:1])
    told = words.turn_sentence(with_counts(rates()), one)
    # With 6 of 6 in place of 5 at low burden the combination would be ahead on both sides.
    assert told == "Of response the direction turns with the burden; of response that hangs on one patient."
    assert words.turn_sentence(known("open"), one) is None
    assert words.turn_sentence(rates().assign(estimate=0.2), one) is None
