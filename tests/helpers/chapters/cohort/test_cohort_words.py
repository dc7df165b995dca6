"""The sentences, tables and figures of chapter 1, on a countable cohort and where something is left out."""

import re
from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from small_cohorts import PANEL, courses, other_studies, write

from helpers.chapters.cohort import aggregated, course, sizes, tables, words
from helpers.chapters.cohort.groups import result_id
from helpers.chapters.cohort.rows import results
from helpers.estimators.quantiles import QUARTILES
from helpers.ground import study as studies
from helpers.ground.results import DIFFERENCE, Estimate, get, not_estimable, pick, row, table
from helpers.ground.standing import KNOWN, OPEN, PRINTED, told
from helpers.plots import centres, flow, points, style, swimmer
from helpers.printing.marks import plain

STUDY = studies.load()


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    return write(tmp_path_factory.mktemp("small"), courses(), panel=True)


@pytest.fixture(scope="module")
def rows(cohort):
    return results(cohort)


@pytest.fixture(autouse=True)
def book_style():
    with plt.rc_context():
        style.use()
        yield
    plt.close("all")


def test_entry_table_prints_denominators_and_missing_values(rows):
    shown = tables.entry_table(rows, STUDY).set_index(["Population", "Characteristic"])
    combination, monotherapy = shown.columns[:2]
    assert shown.loc[("Relapsed/refractory", "Blasts > 60%"), combination] == "2 of 3 (67%)"
    assert shown.loc[("All patients", "Age, years: patients with a value"), monotherapy] == "5"
    assert ("All patients", "Marrow blasts, %: patients with a value") not in shown.index
    assert shown.loc[("MRD-negative", "In the immune panel"), combination] == "no patients"
    assert shown.loc[("All patients", "MRD-negative"), combination] == "0 of 4 (0%)"


def test_missing_table_has_the_dictionary_rule(rows):
    shown = tables.missing_table(rows, STUDY).set_index("Column")
    assert shown.loc["Days to relapse"].tolist() == [
        "empty where relapse is no or its day is not known",
        "Patients who relapsed",
        "0 of 2 (0%)",
    ]
    assert shown.loc["Treatment arm", "An empty cell"] == "never"
    assert shown.loc["Hospital", "Missing"] == "1 of 10 (10%)"


def test_course_table_has_every_cycle(cohort, rows):
    shown = tables.course_table(rows, cohort)["Patients"].tolist()
    assert shown[:5] == ["1 cycle", "2 cycles", "3 cycles", "4 cycles", "5 cycles"]


def test_sentences_say_what_was_counted(rows):
    assert words.sizes(rows, STUDY) == (
        "10 patients from 3 centres: 4 with the combination (venetoclax + blinatumomab) and 6 with "
        "blinatumomab alone"
    )
    assert "the largest has 5 of 9 (56%)" in words.centres_sentence(rows)
    assert "Age at entry (All patients): 1 of 10 (10%)" in words.missing_sentence(rows, STUDY)
    assert words.deaths_sentence(rows, STUDY) == (
        "Of the patients who died and in whom both are recorded, 2 of 4 (50%) had relapsed or had no "
        "response (in relapsed/refractory patients response, in MRD-positive patients MRD negativity)."
    )
    assert words.spreads(rows, STUDY, "blasts", "relapsed_refractory").startswith(
        "median 61% (quartiles 60.5 to 70.5; range 60 to 80; n = 3) with the combination"
    )
    assert words.by_arm(rows, STUDY, "patients", "no_such_population") is None


def test_shift_has_no_direction_where_the_medians_print_alike(rows):
    sentence = words.shift_sentence(rows, STUDY, "age", "Age")
    assert "Age was lower with the combination" in sentence
    alike = rows.copy()
    alike.loc[alike["outcome"].eq("age") & alike["statistic"].eq("median"), "estimate"] = 40.0
    assert "Age was estimated alike with the combination" in words.shift_sentence(alike, STUDY, "age", "Age")


def difference_rows(*estimates):
    values = [Estimate(estimate=e, method="x") if e is not None else not_estimable("none") for e in estimates]
    places = zip(STUDY.strata, values, strict=False)
    return table(
        row(
            result_id("age", "standardised_difference", "arm", stratum),
            "Age",
            "Somebody",
            "statistic",
            value,
            DIFFERENCE,
        )
        for stratum, value in places
    )


@pytest.mark.parametrize(
    ("estimates", "said"),
    [
        ((0.05, 0.3, -0.7, None), "Of the 3 standardised differences that are estimable, 2 exceed 0.1"),
        ((0.05, 0.3, -0.7, None), "the largest, −0.70, is in “Age” (MRD-positive)."),
        ((0.7, -0.3), "the largest, +0.70, is in “Age” (All patients)."),
        ((None,), "No standardised difference is estimable."),
    ],
)
def test_imbalance_names_the_largest_in_either_direction(estimates, said):
    assert said in plain(words.imbalance_sentence(difference_rows(*estimates), STUDY))


OPTIONAL = ["centre", "age_years", "bm_blasts_pct", "cycles", "mrd_negative", "on_chemotherapy"]


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
    patients = HOSTILE[name](courses())
    panel = name != "no immune panel" and set(PANEL) <= set(patients["patient_id"])
    cohort = write(tmp_path, patients, panel=panel)
    found = results(cohort)
    varying = {"centre_01", "centre_02", "centre_03", "cycles_5"}
    lost = set(STUDY.strata) - set(cohort.study.strata)  # picked by a column in which nothing stands
    expected = rows.loc[~rows["outcome"].isin(varying), "id"]
    assert {id for id in expected if not lost & set(id.split("."))} <= set(found["id"])
    assert (found["estimate"].notna() == ~found["method"].str.startswith("not estimable: ")).all()
    say_and_draw(cohort, found)


@pytest.mark.parametrize("name", other_studies(STUDY))
def test_a_study_with_less_is_described(tmp_path, name):
    study = other_studies(STUDY)[name]
    patients = courses()
    cohort = write(tmp_path, patients[patients["disease_status"].isin(study.statuses)])
    cohort = replace(cohort, study=study)
    found = results(cohort)
    assert set(found["stratum"]) <= set(study.strata)
    assert pick(found, outcome="high_burden").empty == (study.burden is None)
    say_and_draw(cohort, found)


def say_and_draw(cohort, rows):
    study = cohort.study
    by_centre = pick(rows, outcome=sizes.centres(cohort.patients), group=study.arm_ids)
    largest = aggregated.drawn_centres(by_centre)
    for shown in (
        tables.entry_table(rows, study),
        tables.course_table(rows, cohort),
        tables.missing_table(rows, study),
    ):
        assert not shown.astype(str).apply(lambda column: column.str.contains("nan|None")).to_numpy().any()
    for sentence in (
        words.panel_sentence(rows, study),
        words.imbalance_sentence(rows, study),
        words.chance_list(rows, study),
        words.centres_sentence(rows),
        words.missing_sentence(rows, study),
        words.deaths_sentence(rows, study),
        words.spreads(rows, study, "age"),
        words.shift_sentence(rows, study, "age", "Age"),
        words.sizes(rows, study),
        words.statuses(rows, study, "patients"),
        words.statuses(rows, study, "immune_panel"),
        words.centres_alt(largest, study),
        words.milestones(rows, study),
    ):
        assert not re.search("nan|None", sentence or "")
    hospitals = get(rows, result_id("centres", "count"))
    flow.plot_flow(pick(rows, outcome="patients"), study, pick(rows, outcome="immune_panel"), hospitals)
    swimmer.plot_swimmer(course.courses(cohort.patients, study), study)
    centres.plot_centres(largest, study, ax=plt.subplots()[1])
    ages = pick(rows, outcome="age", statistic=QUARTILES, stratum="all")
    points.plot_points(cohort.patients, study, "age_years", ages)
    for number in plt.get_fignums():
        plt.figure(number).canvas.draw()


COUNTED = ["immune_panel", "cycles_1", "transplant", "relapse", "death", "alive", "on_chemotherapy"]


def everything(standing, rows):
    """Give every row a standing; what varies over the cohorts runs from 0.123 to 0.789."""
    found = {"id": rows["id"], "standing": standing, "range_low": 0.123, "range_high": 0.789}
    found |= {"share_below_null": 0.4, "share_significant": 0.03, "varies": ""}
    return told(rows, pd.DataFrame(found)[["id", "standing", *KNOWN]])


def test_open_results_show_no_value_of_their_own(cohort, rows):
    known = everything(OPEN, rows)
    entry = tables.entry_table(known, STUDY)
    entry = entry[~entry["Characteristic"].str.contains("with a value")]  # a number of values is no result
    shown = [plain(str(cell)) for cell in entry.iloc[:, 2:].to_numpy().ravel()]
    shown += [plain(str(cell)) for cell in tables.course_table(known, cohort).iloc[:, 2:].to_numpy().ravel()]
    shown += [plain(words.by_arm(known, STUDY, outcome)) for outcome in COUNTED]
    shown += [plain(words.spreads(known, STUDY, outcome)) for outcome in ("age", "blasts")]
    shown += [plain(words.shift_sentence(known, STUDY, "age", "Age"))]
    allowed = r"0\.1\d*|0\.8|0\.79|0|1|12|79|40|\d+ patients|n = \d+|0\.05"
    for text in shown:
        left = re.sub(rf"(?<![\d.])({allowed})(?![\d.])", "", re.sub(r"n = \d+|3%", "", text))
        assert not re.search(r"\d", left), text
        assert "nan" not in text


def test_sentences_over_open_results_say_that_they_are_open(rows):
    known = everything(OPEN, rows)
    assert words.centres_sentence(known).endswith("in a rebuilt cohort it is invented, and is not shown.")
    assert words.imbalance_sentence(known, STUDY) == "No standardised difference is known."
    assert "open, difference" in words.shift_sentence(known, STUDY, "age", "Age")
    assert words.missing_sentence(known, STUDY) == "Whether values were missing in the study is not printed."


def test_a_printed_median_without_printed_quartiles_stands_alone(rows):
    known = everything(PRINTED, rows)
    quartiles = known["statistic"].isin(["quartile_1", "quartile_3"]) & known["outcome"].eq("age")
    known.loc[quartiles, ["estimate", "standing"]] = [float("nan"), OPEN]
    told_of = words.quantiles(known, "age", "all")
    assert plain(words.spread_in_words(told_of)) == "median 40 years (range 17 to 74; n = 9)"
    assert plain(words.spread(told_of)) == "40"


def test_blasts_in_remission_are_told_to_be_the_books_own(rows):
    known = everything(OPEN, rows)
    ends = known["statistic"].map({"minimum": (0.0, 1.5), "maximum": (2.5, 4.0)})
    for place, name in enumerate(("range_low", "range_high")):
        known[name] = ends.str[place].fillna(known[name])
    beyond = known["stratum"].eq("relapsed_refractory") & known["statistic"].eq("maximum")
    known.loc[beyond, "range_high"] = 98.0  # of patients who are not in remission
    said = plain(words.remission_sentence(known, STUDY))
    assert said == "Blasts in remission are set at 0 to 4% by this book: nothing of them is printed."
    assert words.remission_sentence(everything(PRINTED, rows), STUDY) is None
    assert words.remission_sentence(rows, STUDY) is None
