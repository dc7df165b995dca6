"""Chapter 1 on a cohort small enough to count by hand, and on cohorts that leave something out."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.chapters.cohort import rows as description
from helpers.chapters.cohort import words as reading
from helpers.ground import cohort
from helpers.ground.results import Estimate, get, is_estimable, not_estimable, row, table
from helpers.plots import centres, flow, points, style, swimmer

pytestmark = pytest.mark.filterwarnings("error")

COLUMNS = [
    *["patient_id", "centre", "arm", "disease_status", "age_years", "bm_blasts_pct", "cycles"],
    *["best_response", "mrd_negative", "transplant", "transplant_days", "relapse", "relapse_days"],
    *["death", "followup_days", "on_chemotherapy"],
]
PATIENTS = """
P1,North,combination,relapsed_refractory,20,80,1,CR,yes,yes,61,no,,no,609,no
P2,North,combination,relapsed_refractory,30,61,1,NR,no,no,,no,,yes,100,no
P3,South,combination,relapsed_refractory,45,60,2,CR,yes,no,,yes,200,yes,300,no
P4,South,combination,mrd_positive,50,3,1,,yes,no,,no,,no,400,yes
P5,North,monotherapy,relapsed_refractory,40,90,1,CRi,yes,yes,90,no,,no,500,no
P6,North,monotherapy,relapsed_refractory,60,20,3,PR,no,no,,no,,yes,150,no
P7,East,monotherapy,relapsed_refractory,,10,1,NR,no,no,,no,,no,200,
P8,East,monotherapy,relapsed_refractory,74,30,5,CR,yes,no,,yes,50,no,700,no
P9,North,monotherapy,mrd_positive,35,2,1,,yes,no,,no,,yes,0,no
P10,,monotherapy,mrd_negative,17,1,1,,yes,no,,no,,no,800,no
"""
OPTIONAL = ["centre", "age_years", "bm_blasts_pct", "cycles", "mrd_negative", "on_chemotherapy"]
IMMUNE = [("P1", 10), ("P4", 9), ("P8", 10)]  # patient and the number of percentages recorded, of ten due


def write(folder, patients, immune=True):
    patients.assign(synthetic="yes").to_csv(folder / "patients.csv", index=False)
    about = {"name": "small", "title": "Small", "provenance": "reconstructed", "source": "a test"}
    (folder / "cohort.toml").write_text("\n".join(f'{key} = "{value}"' for key, value in about.items()))
    if immune:
        write_immune(folder)
    return cohort.load(folder)


def write_immune(folder):
    parents = {"t_cells": "lymphocytes", "nkt": "lymphocytes", "treg": "cd4_t"}
    parents |= {"cd8_cd45ra": "cd8_t", "cd8_cd45ro": "cd8_t"}
    lines = [
        (patient, visit, population, parent, 20, "yes")
        for patient, recorded in IMMUNE
        for visit, population, parent in [
            (visit, *pair) for visit in ("baseline", "day28") for pair in parents.items()
        ][:recorded]
    ]
    columns = ["patient_id", "visit", "population", "parent", "percent", "synthetic"]
    pd.DataFrame(lines, columns=columns).to_csv(folder / "immune.csv", index=False)


def patients_text():
    lines = [line.split(",") for line in PATIENTS.split()]
    return pd.DataFrame(lines, columns=COLUMNS)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return write(tmp_path_factory.mktemp("small"), patients_text())


@pytest.fixture(scope="module")
def rows(study):
    return description.results(study)


COUNTED = {
    "patients.count.all": (10, 10),
    "patients.count.combination": (4, 4),
    "patients.count.monotherapy.relapsed_refractory": (4, 6),
    "patients.count.combination.mrd_negative": (0, 4),
    "patients.count.all.measurable_disease": (9, 10),
    "patients.count.combination.high_burden": (2, 4),
    "patients.count.monotherapy.low_burden": (3, 6),
    "high_burden.count.monotherapy.relapsed_refractory": (1, 4),
    "immune_panel.count.all": (3, 10),
    "immune_panel.count.combination.mrd_positive": (1, 1),
    "immune_panel.count.monotherapy.relapsed_refractory": (1, 4),
    "centres.count.all": (3, 9),
    "centres_with_both_arms.count.all": (1, 9),
    "centre_01.count.all": (5, 9),
    "centre_01.count.combination": (2, 4),
    "centre_02.count.monotherapy": (2, 5),
    "cycles_1.count.all": (7, 10),
    "cycles_3.count.monotherapy": (1, 6),
    "cycles_4.count.all": (0, 10),
    "cycles_5.count.all": (1, 10),
    "transplant.count.combination": (1, 4),
    "relapse.count.all": (2, 10),
    "death.count.all": (4, 10),
    "alive.count.monotherapy": (4, 6),
    "on_chemotherapy.count.all": (1, 9),
    "death_after_relapse_or_no_mrd_negativity.count.all": (3, 4),
    "missing_age_years.count.all": (1, 10),
    "missing_best_response.count.all": (0, 7),
    "missing_transplant_days.count.all": (0, 2),
    "missing_on_chemotherapy.count.all": (1, 10),
    "missing_immune_percent.count.all": (1, 30),
}


@pytest.mark.parametrize("name", COUNTED)
def test_counts_by_hand(rows, name):
    found = get(rows, f"cohort.{name}")
    assert (found["estimate"], found["n"]) == COUNTED[name]
    assert found["unit"] == "count"


def test_a_death_without_an_mrd_answer_leaves_the_denominator(tmp_path):
    patients = patients_text()
    patients.loc[2, "mrd_negative"] = ""  # relapsed and died
    found = get(
        description.results(write(tmp_path, patients)),
        "cohort.death_after_relapse_or_no_mrd_negativity.count.all",
    )
    assert (found["estimate"], found["n"]) == (2, 3)


def test_quantiles_by_hand(rows):
    ages = [20, 30, 45, 50, 40, 60, 74, 35, 17]
    for statistic, share in (("minimum", 0), ("quartile_1", 0.25), ("median", 0.5), ("maximum", 1)):
        assert get(rows, f"cohort.age.{statistic}.all")["estimate"] == np.quantile(ages, share)
    # Blasts 10, 20, 30, 90: the first quartile lies three quarters of the way from 10 to 20.
    assert get(rows, "cohort.blasts.quartile_1.monotherapy.relapsed_refractory")["estimate"] == 17.5
    assert get(rows, "cohort.blasts.median.combination.relapsed_refractory")["estimate"] == 61
    assert not is_estimable(get(rows, "cohort.age.median.combination.mrd_negative"))


def test_blasts_are_compared_as_scipy_does(rows):
    expected = stats.mannwhitneyu([80, 61, 60], [90, 20, 10, 30], use_continuity=False, method="asymptotic")
    exact = stats.mannwhitneyu([80, 61, 60], [90, 20, 10, 30], method="exact")
    found = get(rows, "cohort.blasts.mann_whitney.arm.relapsed_refractory")
    assert (found["estimate"], found["p_value"]) == pytest.approx(expected)
    found = get(rows, "cohort.blasts.mann_whitney_exact.arm.relapsed_refractory")
    assert found["p_value"] == pytest.approx(exact.pvalue)


def test_standardised_differences_by_formula(rows):
    x, y = np.array([20, 30, 45]), np.array([40, 60, 74])
    spread = np.sqrt((x.var(ddof=1) + y.var(ddof=1)) / 2)
    found = get(rows, "cohort.age.standardised_difference.arm.relapsed_refractory")
    assert found["estimate"] == pytest.approx((x.mean() - y.mean()) / spread)
    assert not is_estimable(get(rows, "cohort.age.standardised_difference.arm.mrd_negative"))
    error = get(rows, "cohort.standardised_difference.standard_error.arm.relapsed_refractory")
    assert error["estimate"] == pytest.approx(np.sqrt(1 / 3 + 1 / 4))


def test_centres_are_ordered_by_size(rows):
    labels = [get(rows, f"cohort.centre_{rank:02d}.count.all")["label"] for rank in (1, 2, 3)]
    assert labels == ["North", "East", "South"]


def test_courses_are_sorted_and_in_months(study):
    courses = reading.courses(study)
    assert courses["months"].is_monotonic_decreasing
    assert courses.loc[0, "transplant"] == pytest.approx(61 / 30.4375)
    assert courses.loc[2, ["relapse", "death"]].tolist() == pytest.approx([200 / 30.4375, 300 / 30.4375])
    assert courses.loc[8, "death"] == pytest.approx(0.5 / 30.4375)
    assert (courses["death"].isna() == courses["alive"].notna()).all()


def test_entry_table_prints_denominators_and_missing_values(rows):
    shown = reading.entry_table(rows).set_index(["Population", "Characteristic"])
    combination, monotherapy = shown.columns[:2]
    assert shown.loc[("Relapsed/refractory", "Blasts > 60%"), combination] == "2 of 3 (67%)"
    assert shown.loc[("All patients", "Age, years: patients with a value"), monotherapy] == "5"
    assert ("All patients", "Marrow blasts, %: patients with a value") not in shown.index
    assert shown.loc[("MRD-negative", "In the immune panel"), combination] == "no patients"
    assert shown.loc[("All patients", "MRD-negative"), combination] == "0 of 4 (0%)"


def test_missing_table_has_the_dictionary_rule(rows):
    shown = reading.missing_table(rows).set_index("Column")
    assert shown.loc["Days to relapse"].tolist() == [
        "empty if and only if relapse is no",
        "Patients who relapsed",
        "0 of 2 (0%)",
    ]
    assert shown.loc["Treatment arm", "An empty cell"] == "never"
    assert shown.loc["Hospital", "Missing"] == "1 of 10 (10%)"


def test_course_table_has_every_cycle(rows):
    shown = reading.course_table(rows)["Patients"].tolist()
    assert shown[:5] == ["1 cycle", "2 cycles", "3 cycles", "4 cycles", "5 cycles"]


def test_sentences_say_what_was_counted(rows):
    assert reading.sizes(rows) == (
        "10 patients from 3 centres: 4 with venetoclax + blinatumomab and 6 with blinatumomab alone"
    )
    assert "the largest has 5 of 9 (56%)" in reading.centres(rows)
    assert "Age at entry (All patients): 1 of 10 (10%)" in reading.missing(rows)
    assert reading.deaths(rows).startswith(
        "Of the patients who died and in whom both are recorded, 3 of 4 (75%)"
    )
    assert reading.quartiles(rows, "blasts", "relapsed_refractory").startswith(
        "median 61% (quartiles 60.5 to 70.5; range 60 to 80; n = 3) with venetoclax"
    )


def difference_rows(*estimates):
    values = [Estimate(estimate=e, method="x") if e is not None else not_estimable("none") for e in estimates]
    return table(
        row(f"cohort.age.standardised_difference.arm.s{i}", "Age", "Somebody", "statistic", value)
        for i, value in enumerate(values)
    )


def test_imbalance_names_the_largest_in_either_direction():
    assert "2 exceed 0.1" in reading.imbalance(difference_rows(0.05, 0.3, -0.7, None))
    assert "the largest, −0.70," in reading.imbalance(difference_rows(0.05, 0.3, -0.7, None))
    assert "the largest, +0.70," in reading.imbalance(difference_rows(0.7, -0.3))
    assert reading.imbalance(difference_rows(None)) == "No standardised difference is estimable."


def test_provenance_differs():
    assert "rebuilt" in reading.provenance("reconstructed")
    assert "rebuilt" not in reading.provenance("patient-level")


def set_all(**columns):
    return lambda patients: patients.assign(**columns)


HOSTILE = {
    "no immune panel": lambda patients: patients,
    "one arm": lambda patients: patients[patients["arm"] == "monotherapy"],
    "one patient": lambda patients: patients.head(1),
    "no relapsed/refractory": lambda patients: patients[patients["disease_status"] != "relapsed_refractory"],
    "one status in an arm": lambda patients: patients.drop(index=[3]),
    "no deaths": set_all(death="no"),
    "no relapse": set_all(relapse="no", relapse_days=""),
    "nobody MRD negative": set_all(mrd_negative="no"),
    "all alike": set_all(age_years="40", bm_blasts_pct="50", centre="North"),
    "optional columns empty": set_all(best_response="", **dict.fromkeys(OPTIONAL, "")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cohorts_are_described(tmp_path, rows, name):
    patients = HOSTILE[name](patients_text())
    with_panel = name != "no immune panel" and {patient for patient, _ in IMMUNE} <= set(
        patients["patient_id"]
    )
    study = write(tmp_path, patients, with_panel)
    found = description.results(study)
    fixed = ~rows["id"].str.contains(r"centre_\d|cycles_5")
    assert set(rows.loc[fixed, "id"]) <= set(found["id"])
    assert (found["estimate"].notna() == ~found["method"].str.startswith("not estimable: ")).all()
    for text in (
        reading.entry_table(found),
        reading.course_table(found),
        reading.missing_table(found),
    ):
        assert not text.astype(str).apply(lambda column: column.str.contains("nan")).to_numpy().any()
    for sentence in (
        reading.flow_alt(found),
        reading.swimmer_alt(found),
        reading.imbalance(found),
        reading.chance(found, "all"),
        reading.centres(found),
        reading.missing(found),
        reading.deaths(found),
        reading.quartiles(found, "age"),
    ):
        assert "nan" not in sentence
    draw_all(study, found)


@pytest.fixture(autouse=True)
def book_style():
    with plt.rc_context():
        style.use()
        yield


def draw_all(study, found):
    flow.plot_flow(found)
    swimmer.plot_swimmer(reading.courses(study))
    centres.plot_centres(reading.centre_rows(found), ax=plt.subplots()[1])
    ages = reading.values(study, "age_years", "all")
    points.plot_points(ages, reading.quantile_rows(found, "age"))
    for number in plt.get_fignums():
        plt.figure(number).canvas.draw()
    plt.close("all")


def test_swimmer_draws_every_patient_and_event(study):
    ax = swimmer.plot_swimmer(reading.courses(study))
    assert len(ax.patches) == 10
    drawn = [len(points.get_offsets()) for points in ax.collections]
    assert sum(drawn) == 2 + 2 + 4 + 6  # transplants, relapses, deaths, alive
    assert [tick.get_text() for tick in ax.get_yticklabels()] == list("RPRRNRRRRP")
    plt.close("all")


def test_points_draw_every_known_value(study, rows):
    ax = points.plot_points(reading.values(study, "age_years", "all"), reading.quantile_rows(rows, "age"))
    ax.figure.canvas.draw()
    drawn = np.concatenate([strip.get_offsets()[:, 0] for strip in ax.collections])
    assert sorted(drawn) == [17, 20, 30, 35, 40, 45, 50, 60, 74]
    plt.close("all")


def test_flow_names_every_box(rows):
    ax = flow.plot_flow(rows)
    written = [text.get_text() for text in ax.texts]
    assert "Relapsed/refractory: n = 3\nimmune panel: 1 of 3" in written
    assert "MRD-negative: n = 0" in written
    plt.close("all")
