"""The survival chapter against hand counts, statsmodels, and cohorts in which little can be estimated."""

import functools
import re
import tempfile
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import survdiff

from helpers.chapters.survival import rows as survival
from helpers.chapters.survival import transplant as survival_transplant
from helpers.chapters.survival import words as survival_reading
from helpers.ground import cohort
from helpers.ground.endpoints import ARMS, DAYS_PER_MONTH
from helpers.ground.results import get
from helpers.plots import style
from helpers.plots.survival import plot_at_risk, plot_cumulative_incidence, plot_survival
from helpers.printing import prose, tables

COLUMNS = ["patient_id", "arm", "followup", "death", "relapse", "transplant", "best_response"]
# Months; the hand counts below are made from these eight lines.
EIGHT = [
    ("A", "combination", 3, "yes", None, None, "CR"),
    ("B", "combination", 30, "no", None, None, "CR"),
    ("C", "combination", 10, "yes", 6, None, "CR"),
    ("D", "combination", 24, "no", None, None, "CR"),
    ("E", "monotherapy", 5, "yes", None, 2, "CR"),
    ("F", "monotherapy", 26, "no", None, 4, "CR"),
    ("G", "monotherapy", 12, "no", None, None, "CR"),
    ("H", "monotherapy", 20, "yes", None, None, "NR"),
]


def write(folder, lines):
    """Write a cohort of the given courses and load it."""
    short = pd.DataFrame(lines, columns=COLUMNS)
    patients = pd.DataFrame(
        {
            "patient_id": short["patient_id"],
            "centre": "one",
            "arm": short["arm"],
            "disease_status": "relapsed_refractory",
            "age_years": 40,
            "bm_blasts_pct": 50,
            "cycles": 1,
            "best_response": short["best_response"],
            "mrd_negative": "no",
            "transplant": np.where(short["transplant"].isna(), "no", "yes"),
            "transplant_days": short["transplant"].astype(float) * DAYS_PER_MONTH,
            "relapse": np.where(short["relapse"].isna(), "no", "yes"),
            "relapse_days": short["relapse"].astype(float) * DAYS_PER_MONTH,
            "death": short["death"],
            "followup_days": short["followup"] * DAYS_PER_MONTH,
            "on_chemotherapy": "no",
            "synthetic": "no",
        }
    )
    patients.to_csv(folder / "patients.csv", index=False)
    about = 'name = "hand"\ntitle = "Hand"\nprovenance = "patient-level"\nsource = "this test"\n'
    (folder / "cohort.toml").write_text(about)
    return cohort.load(folder)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write(tmp_path_factory.mktemp("eight"), EIGHT)


@pytest.fixture(scope="module")
def rows(study):
    return survival.results(study)


BY_HAND = {
    # Deaths at 3, 5, 10 and 20 months with 8, 7, 6 and 4 at risk.
    "survival.os.km_12m.all": 5 / 8,
    "survival.os.km_24m.all": 5 / 8 * 3 / 4,
    "survival.os.at_risk_24m.all": 3,
    "survival.os.median.all": 20,
    "survival.os.km_24m.combination": 2 / 4,
    "survival.os.km_12m.monotherapy": 3 / 4,
    # Relapse at 6 in place of death at 10.
    "survival.dfs.km_24m.all": 5 / 8 * 3 / 4,
    # H fails at once: 8, 7, 6 and 5 at risk, and no event is left near 24 months.
    "survival.dfs_nonresponse.km_24m.all": 4 / 8,
    "survival.relapse.cumulative_incidence_24m.all": 6 / 8 * 1 / 6,
    "survival.death_without_relapse.cumulative_incidence_24m.all": 1 / 8 + 1 / 8 + 5 / 8 * 1 / 4,
    "survival.followup.quartile_1.all": 5 + 0.75 * 5,
    "survival.followup.median.all": 16,
    "survival.followup.quartile_3.all": 24 + 0.25 * 2,
    "survival.followup.maximum.all": 30,
    # Censorings at 12, 24 and 26 with 5, 3 and 2 at risk: 4/5, 8/15, 4/15.
    "survival.followup.reverse_km_median.all": 26,
    "survival.os.followed_after_transplant.all": 2,
    # Of A, E and H, who died without relapse, H alone had no remission.
    "survival.death_without_relapse.never_in_remission.all": 1,
}


@pytest.mark.parametrize("id", BY_HAND)
def test_rows_agree_with_hand_counts(rows, id):
    assert get(rows, id)["estimate"] == pytest.approx(BY_HAND[id])


def test_counts_beside_the_estimates(rows):
    assert get(rows, "survival.os.km_24m.all")[["n", "events"]].tolist() == [8, 4]
    assert get(rows, "survival.os.km_12m.all")["events"] == 3
    assert get(rows, "survival.followup.reverse_km_median.all")["events"] == 4
    assert get(rows, "survival.os.followed_after_transplant.all")[["n", "events"]].tolist() == [8, 1]


def test_arms_are_compared_as_in_statsmodels(study, rows):
    patients = study.patients
    months, died = patients["overall_months"], patients["overall_event"].astype(int)
    chi_square, p_value = survdiff(months, died, patients["arm"].astype(str))
    found = get(rows, "survival.os.logrank.arm")
    assert found[["estimate", "p_value"]].tolist() == pytest.approx([chi_square, p_value])
    combination = patients["arm"].eq("combination").astype(float)
    fit = PHReg(months, combination.to_frame(), status=died, ties="efron").fit()
    found = get(rows, "survival.os.hazard_ratio.arm")
    assert found["estimate"] == pytest.approx(np.exp(fit.params[0]), rel=1e-5)
    assert found["p_value"] == pytest.approx(fit.pvalues[0], rel=1e-4)


def test_transplant_counts_from_the_day_it_happens(study, rows):
    courses = survival_transplant.counting_process(study.patients).set_index("patient_id")
    assert len(courses) == 10
    assert courses.loc["E", ["start", "stop", "event", "transplanted"]].to_numpy().tolist() == [
        [0, pytest.approx(2), False, False],
        [pytest.approx(2), pytest.approx(5), True, True],
    ]
    # Deaths of A, E, C and H; the transplanted at risk are E (at 3 and 5) and F (from 4 on).
    covariate = courses["transplanted"].astype(float).to_frame()
    fit = PHReg(
        courses["stop"], covariate, status=courses["event"].astype(int), entry=courses["start"], ties="efron"
    ).fit()
    found = get(rows, "survival.os.transplant_time_dependent_hazard_ratio.all")
    assert found["estimate"] == pytest.approx(np.exp(fit.params[0]), rel=1e-5)
    assert found["n"] == 8


def test_transplant_on_the_last_day_makes_no_time_after_it(tmp_path):
    last_day = write(tmp_path, [*EIGHT[:3], ("D", "monotherapy", 24, "no", None, 24, "CR")])
    courses = survival_transplant.counting_process(last_day.patients)
    assert len(courses) == 4
    assert not courses["transplanted"].any()


def test_competing_events_and_survival_add_up_to_everybody(rows):
    for group in survival.GROUPS:
        for months in survival.LANDMARKS:
            shares = [
                get(rows, f"survival.{name}_{months}m.{group}")["estimate"]
                for name in (
                    "dfs.km",
                    "relapse.cumulative_incidence",
                    "death_without_relapse.cumulative_incidence",
                )
            ]
            assert sum(shares) == pytest.approx(1)


def test_numbers_at_risk_stand_under_every_sixth_month(study):
    counts = survival.at_risk(study, "os", ARMS)
    combination = counts[counts["curve"] == "combination"]
    assert combination["month"].tolist() == [0, 6, 12, 18, 24, 30]
    assert combination["n_at_risk"].tolist() == [4, 3, 2, 2, 2, 1]


# Figures


def test_curves_are_drawn_with_censorings_and_labelled_with_their_size(study):
    ax = plot_survival(survival.curves(study, "os", ARMS))
    labels = [text.get_text() for text in ax.texts]
    assert sorted(labels) == ["Blinatumomab\nalone\n(n = 4)", "Venetoclax +\nblinatumomab\n(n = 4)"]
    assert ax.get_ylim()[0] == 0
    steps = [line for line in ax.lines if line.get_drawstyle() == "steps-post"]
    assert [line.get_color() for line in steps] == [style.COLOURS[arm] for arm in ARMS]
    assert [line.get_linestyle() for line in steps] == ["-", "--"]
    ticks = [line for line in ax.lines if line.get_marker() == "|"]
    assert [len(line.get_xdata()) for line in ticks] == [2, 2]
    plt.close("all")


def test_direct_labels_keep_apart_where_curves_end_together(study):
    curve = survival.curves(study, "os", ("combination",))
    twin = curve.assign(curve="monotherapy")
    ax = plot_survival(pd.concat([curve, twin]))
    heights = sorted(text.xy[1] for text in ax.texts)
    assert heights[1] - heights[0] >= 0.24
    assert heights[0] > 0
    assert heights[1] < 1
    plt.close("all")


def test_numbers_at_risk_have_the_colours_of_their_curves(study):
    counts = survival.at_risk(study, "os", ARMS)
    ax = plot_at_risk(counts)
    numbers = [text for text in ax.texts if text.get_text().isdigit()]
    assert [int(text.get_text()) for text in numbers] == counts["n_at_risk"].tolist()
    assert [text.get_color() for text in numbers] == [style.COLOURS[arm] for arm in counts["curve"]]
    plt.close("all")


def test_competing_events_are_told_apart_by_line_as_well(study):
    ax = plot_cumulative_incidence(survival.incidence_by_cause(study))
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]
    assert [line.get_ydata()[-1] for line in ax.lines] == pytest.approx([0.125, 0.40625])
    plt.close("all")


# Sentences


def test_warning_names_the_groups_with_few_at_risk(rows):
    few = survival_reading.warning(rows, "os")
    assert few.startswith("Fewer than 10 patients are still at risk here: All patients, 5 of 8 at 12 months")
    assert "Blinatumomab alone, 1 of 4 at 24 months" in few
    many = rows.assign(estimate=rows["estimate"].where(~rows["statistic"].str.startswith("at_risk"), 10))
    assert survival_reading.warning(many, "os").startswith("At least 10 patients of every group")


def test_probability_is_printed_with_its_counts(rows):
    text = survival_reading.probability(rows, "os", 24, "all")
    assert text.startswith("47% (95% CI ")
    assert text.endswith("4 deaths among 8 patients by then; 3 still at risk)")
    assert "1 death among 4 patients" in survival_reading.probability(rows, "os", 12, "monotherapy")


def test_readings_hold_what_the_notebook_quotes(rows):
    found = survival_reading.readings(rows, "os")
    assert found["os_24"].startswith("47% (")
    assert found["os_24_combination"].startswith("50% (")
    assert found["os_24_monotherapy"].startswith("38% (")
    assert found["os_medians"].startswith("All patients: 20 months")
    assert found["os_warning"].startswith("Fewer than 10")


def test_only_a_rebuilt_cohort_is_said_to_be_rebuilt():
    assert "chosen" in survival_reading.standing("reconstructed")
    assert "recorded" in survival_reading.standing("patient-level")


def test_definitions_stand_side_by_side(rows):
    found = survival_reading.nonresponse_table(rows)
    line = found[(found["Group"] == "All patients") & (found["Months"] == "24")].iloc[0]
    assert line["Relapse or death"].startswith("47% (")
    assert line["Relapse, death or non-response"].startswith("50% (")
    assert "4 of 8 by then" in line["Relapse, death or non-response"]


# Cohorts in which little can be estimated


def changed(**columns):
    """Return the eight courses with whole columns replaced."""
    frame = pd.DataFrame(EIGHT, columns=COLUMNS).astype(object)
    return list(frame.assign(**columns).itertuples(index=False, name=None))


HOSTILE = {
    "no deaths": changed(death="no"),
    "no relapse": changed(relapse=None),
    "no event": changed(death="no", relapse=None),
    "no transplant": changed(transplant=None),
    "nobody responds": changed(best_response="NR"),
    "everybody dies on day 0": changed(death="yes", followup=0, relapse=None, transplant=None),
    "everybody transplanted at once": changed(transplant=0),
    "one arm": changed(arm="monotherapy"),
    "deaths in one arm": changed(death=["yes"] * 4 + ["no"] * 4, relapse=None),
    "one patient": EIGHT[:1],
    "short follow-up": changed(followup=2, relapse=None, transplant=None),
    "events in one month": changed(followup=5, death="yes", relapse=None, transplant=None),
    "transplanted and lost": changed(death="no", followup=8, relapse=None, transplant=3),
    "deaths in the other arm": changed(death=["no"] * 4 + ["yes"] * 4, relapse=None),
}


@functools.cache
def hostile(name):
    """Load a hostile cohort by name and compute its rows, once for all test files."""
    with tempfile.TemporaryDirectory() as folder:
        study = write(Path(folder), HOSTILE[name])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return study, survival.results(study)


@pytest.mark.parametrize("name", HOSTILE)
def test_every_cohort_has_every_row_figure_and_sentence(rows, name):
    study, found = hostile(name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        texts = said(found)
        draw(study)
    assert found["id"].tolist() == rows["id"].tolist()
    assert not [text for text in texts if re.search(r"\b(nan|inf)\b", text)]


def said(rows):
    """Collect every sentence and table cell of the chapter."""
    texts = [
        survival_reading.followup(rows),
        survival_reading.transplant(rows),
        survival_reading.nonresponse(rows),
    ]
    texts += [survival_reading.competing(rows), survival_reading.incidence_description(rows, survival.GROUPS)]
    for outcome in survival.OUTCOMES:
        texts += [survival_reading.medians(rows, outcome), survival_reading.warning(rows, outcome)]
        texts += [survival_reading.description(rows, outcome, survival.GROUPS)]
        texts += [survival_reading.log_rank(get(rows, f"survival.{outcome}.logrank.arm"))]
        texts += [survival_reading.proportionality(get(rows, f"survival.{outcome}.proportional_hazards.arm"))]
        texts += [prose.comparison(get(rows, f"survival.{outcome}.hazard_ratio.arm"), "The hazard")]
        texts += survival_reading.landmark_table(rows, outcome).to_numpy().ravel().tolist()
    columns = ["Result", "Population", "Patients", "Events", "Estimate", "Interval", "P", "Method"]
    texts += survival_reading.nonresponse_table(rows).to_numpy().ravel().tolist()
    return texts + tables.printed(rows, columns).to_numpy().ravel().tolist()


def draw(study):
    for groups in (("all",), ARMS):
        plot_survival(survival.curves(study, "os", groups))
        plot_at_risk(survival.at_risk(study, "os", groups))
    plot_cumulative_incidence(survival.incidence_by_cause(study))
    plot_cumulative_incidence(survival.incidence_by_arm(study, "relapse"))
    plt.close("all")


def test_what_does_not_exist_says_why():
    _, found = hostile("no event")
    for id in ("os.hazard_ratio.arm", "os.logrank.arm", "os.median.all", "os.proportional_hazards.arm"):
        assert get(found, f"survival.{id}")["method"] == "not estimable: no events"
    _, alone = hostile("one arm")
    assert get(alone, "survival.os.km_24m.combination")["method"] == "not estimable: no patients"
    assert get(alone, "survival.os.logrank.arm")["method"] == "not estimable: a group has no patients"


def test_nobody_is_followed_after_a_transplant_that_never_happened():
    _, found = hostile("no transplant")
    ratio = get(found, "survival.os.transplant_time_dependent_hazard_ratio.all")
    assert ratio["method"] == "not estimable: the covariate does not vary"
    assert ratio["events"] == 4
    assert get(found, "survival.os.followed_after_transplant.all")["estimate"] == 0
