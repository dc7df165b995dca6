"""The attack finds the patients in what shows them, and nothing in what is made to be shared."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.chapters.cohort import rows as description
from helpers.chapters.efficacy import rows as efficacy
from helpers.chapters.efficacy.groups import counts, places
from helpers.ground.cohort import Cohort, load
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.results import ResultId
from tests import attack

THRESHOLD, SIZE = 5, 160


def made_up(seed: int = 3) -> pd.DataFrame:
    """Draw the rows of patients who are nobody."""
    draw = np.random.default_rng(seed)
    status = draw.choice(["relapsed_refractory", "mrd_positive", "mrd_negative"], SIZE, p=[0.6, 0.2, 0.2])
    assessed = status == "relapsed_refractory"
    best = np.where(assessed, draw.choice(["CR", "PR", "NR"], SIZE, p=[0.5, 0.2, 0.3]), "")
    days = draw.integers(20, 1500, SIZE)
    return pd.DataFrame(
        {
            "patient_id": [f"K-{number:03d}" for number in range(SIZE)],
            "centre": draw.choice(["Nordstadt", "Südklinik"], SIZE),
            "arm": draw.choice(["combination", "monotherapy"], SIZE),
            "disease_status": status,
            "age_years": draw.integers(18, 80, SIZE),
            "bm_blasts_pct": np.where(assessed, draw.integers(5, 98, SIZE), 1),
            "cycles": draw.integers(1, 4, SIZE),
            "best_response": best,
            "mrd_negative": np.where(draw.random(SIZE) < 0.6, "yes", "no"),
            "transplant": "no",
            "transplant_days": "",
            "relapse": "no",
            "relapse_days": "",
            "death": np.where(draw.random(SIZE) < 0.4, "yes", "no"),
            "followup_days": days,
            "on_chemotherapy": "no",
            "synthetic": "no",
        }
    )


@pytest.fixture(scope="module")
def cohorts(tmp_path_factory) -> tuple[Cohort, Cohort]:
    """Give a cohort, and the same without its first patient whose response is assessed."""
    patients, found = made_up(), []
    first = patients.index[patients["disease_status"] == "relapsed_refractory"][0]
    for rows in (patients, patients.drop(index=first)):
        folder = tmp_path_factory.mktemp("cohort")
        rows.to_csv(folder / "patients.csv", index=False)
        about = {"name": "a", "title": "A", "provenance": "patient-level", "source": "a test"}
        (folder / "cohort.toml").write_text("\n".join(f'{key} = "{text}"' for key, text in about.items()))
        found.append(load(folder))
    return found[0], found[1]


@pytest.fixture(scope="module")
def books(cohorts) -> dict[int, list[pd.DataFrame]]:
    """Give the results of both cohorts as an internal book tells them, and as a shareable one does."""
    return {
        threshold: [
            pd.concat([one.told(chapter.results(one)) for chapter in (description, efficacy)])
            for one in (replace(each, threshold=threshold) for each in cohorts)
        ]
        for threshold in (0, THRESHOLD)
    }


def ids(outcome: str, stratum: str, study) -> list[str]:
    arms = [str(ResultId("efficacy", outcome, "count", arm, stratum)) for arm in study.arm_ids]
    compared = ("risk_difference", "pearson_chi_square")
    return [*arms, *(str(ResultId("efficacy", outcome, name, "arm", stratum)) for name in compared)]


def test_two_internal_books_one_patient_apart_give_the_row_away(cohorts, books):
    assert len(attack.counts_apart(*books[0], THRESHOLD)) > 0
    study, patient = cohorts[0].study, cohorts[0].patients.set_index("patient_id")
    (gone,) = set(patient.index) - set(cohorts[1].patients["patient_id"])
    (whole,), (less,) = (
        attack.tables_behind(book, ids("response", study.assessed, study), 0) for book in books[0]
    )
    row = np.subtract(whole, less).tolist()
    place = study.arm_ids.index(patient.loc[gone, "arm"])
    answer = int(patient.loc[gone, "response"])
    assert row == [0, 0] * place + [answer, 1] + [0, 0] * (1 - place)


def test_two_shareable_books_one_patient_apart_differ_by_whole_steps(books):
    one, other = books[THRESHOLD]
    assert attack.counts_apart(one, other, THRESHOLD).empty
    assert one["n"].notna().sum() > 100  # of a table that hides all this would be no wonder


def test_no_table_of_patients_follows_from_a_shareable_book(cohorts, books):
    cohort, shown = cohorts[0], 0
    for outcome, stratum in places(cohort.study):
        found = attack.tables_behind(books[THRESHOLD][0], ids(outcome, stratum, cohort.study), THRESHOLD)
        truth = counts(cohort.patients, cohort.study, outcome, stratum)
        shown += bool(found)
        assert found != [truth] or not any(number % THRESHOLD for number in truth)
    assert shown > 3


def test_names_are_found_as_whole_words(tmp_path):
    truth = attack.truth_of(made_up())
    (tmp_path / "a.html").write_text("<td>K-001</td><td>K-0021</td>")
    (tmp_path / "b.csv").write_text("label\nS&uuml;dklinik\n", encoding="utf-8")
    (tmp_path / "c.js").write_text("Centre 1")
    assert attack.named(tmp_path, truth) == {"a.html": ["K-001"], "b.csv": ["Südklinik"]}


def test_no_name_stands_in_the_results(tmp_path, cohorts, books):
    truth = attack.truth_of(cohorts[0].patients)
    for threshold, (book, _) in books.items():
        book.to_csv(tmp_path / f"{threshold}.csv", index=False)
    assert attack.named(tmp_path, truth) == {"0.csv": ["Nordstadt", "Südklinik"]}


def test_exact_months_are_found_in_texts(tmp_path):
    truth = attack.truth_of(made_up())
    months = truth.days[:30] / DAYS_PER_MONTH
    (tmp_path / "course.js").write_text(", ".join(f"{month:.2f}" for month in months))
    (tmp_path / "others.js").write_text(", ".join(f"{month + 0.004:.3f}" for month in months.round(1)))
    assert [*attack.written(tmp_path, truth)] == ["course.js"]


@pytest.mark.parametrize(("what", "scale"), [("days", DAYS_PER_MONTH), ("ages", 1)])
def test_patients_are_found_in_figures_that_draw_them_and_not_in_those_of_groups(tmp_path, what, scale):
    truth = attack.truth_of(made_up().head(40))  # of many patients every age is somebody's
    values = getattr(truth, what) / scale
    shapes = {
        "points": values,
        "steps": np.sort(values),
        "groups": np.quantile(values, np.arange(0.1, 1, 0.1)),
    }
    for name, places_ in shapes.items():
        fig, ax = plt.subplots()
        ax.set(xlim=(0, 100 if what == "ages" else 50))
        heights = np.linspace(0, 1, len(places_))
        ax.plot(places_, heights, "o" if name == "points" else "-", drawstyle="steps-post")
        fig.savefig(tmp_path / f"{name}.svg")
        plt.close(fig)
    found = attack.drawn(tmp_path, truth)
    assert set(found) == {"points.svg", "steps.svg"}
    assert all(kind == what for kind, _ in found.values())


@pytest.mark.parametrize("step", [1, DAYS_PER_MONTH / 100, DAYS_PER_MONTH / 10, 0.1])
def test_values_are_matched_in_the_unit_in_which_they_were_recorded(step):
    rng = np.random.default_rng(1)
    steps = rng.choice(4000, size=240, replace=False)
    known, others = steps[:120] * step, steps[120:] * step
    assert attack.matched(known, known)[:2] == (120, 120)
    hits, tried, share = attack.matched(others, known)
    assert hits == 0 and tried > 100 and 0.02 < share < 0.04
