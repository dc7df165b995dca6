import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from scipy import stats

from helpers import claims as published_claims
from helpers import cohort
from helpers.dictionary import ROOT
from helpers.reconstruction import __main__ as command
from helpers.reconstruction import blasts, margins, search, statistics, verify
from helpers.reconstruction.targets import Printed, Targets

FILES = ("cohort.toml", "patients.csv", "immune.csv")
COMMITTED = ROOT / "data" / "reconstructed"
CLAIMS = published_claims.load()
TARGETS = Targets(CLAIMS)
ARM_SIZES = {"combination": 19, "monotherapy": 45}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def read(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    return pd.read_csv(folder / "patients.csv"), pd.read_csv(folder / "immune.csv")


def failing(verdicts: pd.DataFrame) -> set[str]:
    return set(verdicts.loc[verdicts["holds"].eq(False).fillna(False).astype(bool), "id"])


@pytest.fixture(scope="module", params=range(1, 11))
def seed(request) -> int:
    return request.param


@pytest.fixture(scope="module")
def folder(seed, tmp_path_factory) -> Path:
    written = tmp_path_factory.mktemp("seed") / "cohort"
    assert command.main(["--seed", str(seed), "--out", str(written)]) == 0
    return written


@pytest.fixture(scope="module")
def verdicts(folder) -> pd.DataFrame:
    return verify.verify(folder, CLAIMS)


def test_every_claim_holds_in_the_written_files(verdicts):
    assert failing(verdicts) == set()
    assert verdicts["id"].tolist() == CLAIMS["id"].tolist()
    # The abstract calls these two significant beside P = 0.075 and P = 0.071.
    contradicted = verdicts[verdicts["holds"].isna() & verdicts["recomputed"].notna()]
    assert set(contradicted["id"]) == {"cd8_cd45ra_combination_significant", "conclusion_nkt_significant"}


def test_the_files_are_a_valid_cohort_marked_synthetic(folder):
    study = cohort.load(folder)
    assert study.provenance == "reconstructed"
    for rows in read(folder):
        assert rows["synthetic"].eq("yes").all()


def test_the_counts_behind_the_rates(folder):
    patients, _ = read(folder)
    refractory = patients[patients["disease_status"] == "relapsed_refractory"]
    high = refractory["bm_blasts_pct"] > 60
    negative = refractory["mrd_negative"] == "yes"
    counts = pd.crosstab([refractory["arm"], high], negative)[True]
    assert counts.to_dict() == {
        ("combination", False): 3,
        ("combination", True): 4,
        ("monotherapy", False): 11,
        ("monotherapy", True): 2,
    }
    assert refractory.loc[negative, "best_response"].isin(["CR", "CRi"]).all()
    responded = refractory["best_response"] != "NR"
    assert pd.crosstab([refractory["arm"], high], responded)[True].tolist() == [5, 5, 11, 3]
    assert patients.loc[patients["disease_status"] != "relapsed_refractory", "best_response"].isna().all()


def test_medians_and_quartiles_are_exact_and_no_value_heaps_on_them(folder):
    patients, immune = read(folder)
    refractory = patients[patients["disease_status"] == "relapsed_refractory"]
    for arm, printed in (("combination", [25, 60, 86]), ("monotherapy", [19, 42, 85])):
        marrow = refractory.loc[refractory["arm"] == arm, "bm_blasts_pct"]
        assert np.percentile(marrow, [25, 50, 75]).tolist() == printed
        assert marrow.isin(printed).sum() <= 3
        assert marrow.min() >= 5
        assert marrow.max() <= 98
    assert patients["age_years"].agg(["median", "min", "max"]).tolist() == [46, 17, 74]
    assert patients["age_years"].value_counts().max() <= 6
    arms = immune["patient_id"].map(patients.set_index("patient_id")["arm"])
    medians = immune.groupby([arms, "population", "visit"])["percent"].median()
    for key, printed in {
        ("combination", "treg"): [8, 5],
        ("combination", "cd8_cd45ra"): [39, 31],
        ("combination", "cd8_cd45ro"): [50, 60],
        ("monotherapy", "t_cells"): [74, 78],
        ("monotherapy", "nkt"): [20, 15],
    }.items():
        assert medians[key].round(6).tolist() == printed


def test_the_order_of_events_is_possible(folder):
    patients, _ = read(folder)
    yes = {
        name: patients[name] == "yes"
        for name in ("death", "relapse", "transplant", "mrd_negative", "on_chemotherapy")
    }
    days = patients[["followup_days", "relapse_days", "transplant_days"]]
    assert (days.min() >= [20, 30, 29]).all()
    assert (days["followup_days"] <= 34 * 30.4375).all()
    assert (days["followup_days"] == days.max(axis=1)).all()
    assert (yes["relapse"] | ~yes["mrd_negative"])[yes["death"]].all()
    assert patients.loc[yes["relapse"], "best_response"].isin(["CR", "CRi", np.nan]).all()
    assert not (yes["on_chemotherapy"] & (yes["transplant"] | yes["death"])).any()
    both = yes["relapse"] & yes["transplant"]
    assert (days["transplant_days"] < days["relapse_days"])[both].all()
    assert (days["followup_days"] >= 42 * (patients["cycles"] - 1) + 28)[patients["cycles"] > 1].all()
    assert (days["transplant_days"] > 42 * (patients["cycles"] - 1) + 28)[yes["transplant"]].all()
    assert verify.impossible(verify.read_patients(folder)) == []


def test_survival_differs_little_between_the_arms(folder):
    patients, _ = read(folder)
    first = patients["arm"] == "combination"
    dead, relapsed = patients["death"] == "yes", patients["relapse"] == "yes"
    disease_free = patients["relapse_days"].fillna(patients["followup_days"])
    for days, event in ((patients["followup_days"], dead), (disease_free, dead | relapsed)):
        test = logrank_test(days[first], days[~first], event[first], event[~first])
        assert test.p_value > 0.1


def test_the_panel_is_one_centres_and_its_percentages_fit_together(folder):
    patients, immune = read(folder)
    panel = patients[patients["patient_id"].isin(immune["patient_id"])]
    assert panel["centre"].unique().tolist() == patients["centre"].mode().tolist()
    assert panel["disease_status"].isin(["relapsed_refractory", "mrd_positive"]).all()
    assert (panel["followup_days"] > 28).all()
    assert len(immune) == 21 * 2 * 5
    wide = immune.pivot_table(index=["patient_id", "visit"], columns="population", values="percent")
    assert (wide["cd8_cd45ra"] + wide["cd8_cd45ro"] <= 100).all()
    assert (wide["nkt"] <= wide["t_cells"]).all()
    assert np.array_equal(immune["percent"], immune["percent"].round(1))


def test_pairs_left_unmentioned_are_clearly_not_significant(verdicts):
    unmentioned = verdicts[verdicts["id"].str.endswith("_unmentioned")]
    assert len(unmentioned) == 7
    assert (unmentioned["recomputed"] > 0.1).all()


def test_ties_of_the_ratios_do_not_depend_on_rounding(folder):
    patients = verify.read_patients(folder)
    for _, rows in verify.read_immune(folder, patients).groupby("population"):
        ratio = rows["day28"] / rows["baseline"]
        assert ratio.nunique() == ratio.round(10).nunique()


def test_seeds_give_different_cohorts(seed, folder):
    assert (contents(folder) == contents(COMMITTED)) == (seed == 1)


@pytest.mark.parametrize("zone, language", [("Pacific/Kiritimati", "tr_TR.UTF-8"), ("America/St_Johns", "C")])
def test_the_committed_bytes_come_back_anywhere(tmp_path, zone, language):
    environment = os.environ | {
        "TZ": zone,
        "LC_ALL": language,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "7",
    }
    run = subprocess.run(
        [sys.executable, "-m", "helpers.reconstruction", "--seed", "1", "--out", "a new/folder"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert contents(tmp_path / "a new" / "folder") == contents(COMMITTED)
    assert "every target met" in run.stderr
    assert "109 of 109 claims" in run.stdout


def mutate(folder: Path, file: str, change) -> pd.DataFrame:
    """Change one cell of a copy of the committed cohort and verify it."""
    for name in FILES:
        shutil.copy(COMMITTED / name, folder)
    rows = pd.read_csv(folder / file)
    change(rows)
    rows.to_csv(folder / file, index=False)
    return verify.verify(folder, CLAIMS)


def first(rows: pd.DataFrame, query: str) -> int:
    return rows.query(query).index[0]


def respond(rows):
    rows.loc[first(rows, "best_response == 'NR' and arm == 'combination'"), "best_response"] = "PR"


def shift_median_blasts(rows):
    rows.loc[first(rows, "bm_blasts_pct == 42 and arm == 'monotherapy'"), "bm_blasts_pct"] = 43


def shift_oldest(rows):
    rows.loc[first(rows, "age_years == 74"), "age_years"] = 75


def lose_mrd_negativity(rows):
    rows.loc[first(rows, "mrd_negative == 'yes' and disease_status == 'mrd_negative'"), "mrd_negative"] = "no"


def survive_two_years(rows):
    died = rows.query("death == 'yes' and followup_days < 730")
    rows.loc[died["followup_days"].idxmax(), "followup_days"] = 1000


def cycle_again(rows):
    rows.loc[first(rows, "cycles == 1"), "cycles"] = 2


def move_centre(rows):
    rows.loc[rows["centre"] == "centre 10", "centre"] = "centre 09"


def change_treg(rows):
    rows.loc[first(rows, "population == 'treg' and visit == 'baseline' and percent == 8"), "percent"] = 11.7


def change_nkt(rows):
    rows.loc[first(rows, "population == 'nkt' and visit == 'day28'"), "percent"] = 60


@pytest.mark.parametrize(
    "file, change, missed",
    [
        ("patients.csv", respond, {"response_combination_count", "response_combination_rate"}),
        ("patients.csv", shift_median_blasts, {"blasts_monotherapy_median"}),
        ("patients.csv", shift_oldest, {"age_upper"}),
        ("patients.csv", lose_mrd_negativity, {"mrd_negativity_all_first_reading"}),
        ("patients.csv", survive_two_years, {"overall_survival_2_years"}),
        ("patients.csv", cycle_again, {"cycles_1", "cycles_2"}),
        ("patients.csv", move_centre, {"centres"}),
        ("immune.csv", change_treg, {"treg_combination_p"}),
        ("immune.csv", change_nkt, {"nkt_ratio_p"}),
    ],
)
def test_the_verifier_sees_a_changed_cell(tmp_path, file, change, missed):
    verdicts = mutate(tmp_path, file, change)
    assert missed <= failing(verdicts)
    assert verdicts.loc[verdicts["id"].isin(missed), "reason"].str.contains(" is ").all()


@pytest.mark.parametrize(
    "change, rule",
    [
        ({"transplant_days": 2000.0}, "transplant after last contact"),
        ({"relapse_days": 2000.0}, "relapse after last contact"),
        ({"relapse_days": 20.0}, "relapse before the response"),
        ({"followup_days": 0.0}, "an event on day 0"),
        ({"on_chemotherapy": True, "death": True}, "on chemotherapy after death"),
        (
            {"disease_status": "relapsed_refractory", "mrd_negative": True, "best_response": "PR"},
            "MRD negative",
        ),
    ],
)
def test_an_impossible_order_is_named(change, rule):
    patients = verify.read_patients(COMMITTED)
    for column, value in change.items():
        patients.loc[5, column] = value
    named = verify.impossible(patients)
    assert any(line.startswith(f"{patients['patient_id'][5]}: {rule}") for line in named)


def test_a_cohort_that_fails_is_not_put_in_place(tmp_path, monkeypatch, capsys):
    shutil.copytree(COMMITTED, tmp_path / "cohort")

    def spoiled(targets, seed, tell):
        patients = verify.read_patients(COMMITTED).fillna({"best_response": ""})
        patients.loc[patients["death"].idxmax(), "death"] = False
        return patients, pd.read_csv(COMMITTED / "immune.csv")

    monkeypatch.setattr(command, "rebuild", spoiled)
    assert command.main(["--out", str(tmp_path / "cohort")]) == 1
    assert contents(tmp_path / "cohort") == contents(COMMITTED)
    assert [path.name for path in tmp_path.iterdir()] == ["cohort"]
    said = capsys.readouterr()
    assert "not reached: deaths: published 19; cohort.death.count.all is 18" in said.err
    assert "NOT written" in said.out


def test_a_folder_with_other_files_is_left_alone(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")
    assert command.main(["--out", str(tmp_path)]) == 1
    assert contents(tmp_path) == {"notes.txt": b"mine"}
    assert "notes.txt" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--seed", "-1"], ["--seed", "1.5"], ["--out", __file__]])
def test_an_impossible_argument_is_refused(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        command.main(arguments)
    assert stop.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_denominators_have_one_solution():
    def solutions(outcome, stratum, largest):
        return margins.two_by_two(TARGETS, outcome, stratum, largest)

    refractory = {"combination": 12, "monotherapy": 21}
    assert solutions("response", "high_burden", refractory) == [((5, 6), (3, 9))]
    assert solutions("mrd_negativity", "high_burden", refractory) == [((4, 6), (2, 9))]
    assert solutions("mrd_negativity", "measurable_disease", ARM_SIZES) == [((14, 19), (29, 39))]


def test_no_split_of_the_25_mrd_positive_patients_prints_74_percent_twice():
    def prints(patients):
        return any(round(100 * events / patients) == 74 for events in range(patients + 1))

    assert not any(prints(patients) and prints(25 - patients) for patients in range(1, 25))


def test_pearson_p_is_scipys():
    for first_arm, second_arm in (((5, 6), (3, 9)), ((14, 19), (29, 39)), ((1, 7), (9, 9))):
        table = [[events, patients - events] for events, patients in (first_arm, second_arm)]
        wanted = stats.chi2_contingency(table, correction=False).pvalue
        assert margins.pearson_p(first_arm, second_arm) == pytest.approx(wanted, rel=1e-12)
    assert margins.pearson_p((0, 5), (0, 9)) == 1


def test_every_draw_of_blasts_has_the_printed_quartiles():
    rng = np.random.default_rng(5)
    for arm, patients, high, printed in (
        ("combination", 12, 6, [25, 60, 86]),
        ("monotherapy", 21, 9, [19, 42, 85]),
    ):
        for _ in range(200):
            low, top = blasts.limits(TARGETS, arm, patients, high, rng)
            values = rng.integers(low, top + 1)
            assert np.percentile(values, [25, 50, 75]).tolist() == printed
            assert (values > 60).sum() == high


def test_a_window_keeps_the_digit():
    printed = Printed(0.046, 3)
    assert printed.prints(0.04551)
    assert printed.prints(0.04649)
    assert not printed.prints(0.0465)
    small, large = printed.z_window
    assert 2 * stats.norm.sf(small) == pytest.approx(printed.window[1])
    assert 2 * stats.norm.sf(large) == pytest.approx(printed.window[0])


@pytest.fixture
def rng():
    return np.random.default_rng(20)


def test_signed_rank_is_scipys(rng):
    changes = rng.integers(-6, 9, (40, 11))
    z = statistics.signed_rank_z(changes)
    for change, one in zip(changes, z, strict=True):
        test = stats.wilcoxon(change, zero_method="wilcox", correction=False, method="asymptotic")
        assert 2 * stats.norm.sf(abs(one)) == pytest.approx(test.pvalue, rel=1e-9)
    assert statistics.signed_rank_z(np.array([[0, 0, 0], [1, 2, 3], [-1, -2, -3]])).round(6).tolist() == [
        0,
        1.603567,
        -1.603567,
    ]


def test_mann_whitney_is_scipys(rng):
    first_group = np.arange(21) < 11
    values = rng.integers(0, 12, (40, 21)) / 4
    for row, one in zip(values, statistics.mann_whitney_z(values, first_group), strict=True):
        test = stats.mannwhitneyu(
            row[first_group], row[~first_group], use_continuity=False, method="asymptotic"
        )
        assert 2 * stats.norm.sf(abs(one)) == pytest.approx(test.pvalue, rel=1e-9)
        assert np.sign(one) == np.sign(test.statistic - 55)


def test_survival_is_lifelines(rng):
    days, event = rng.integers(1, 40, (30, 64)), rng.random((30, 64)) < 0.4
    for one, row, happened in zip(statistics.survival_at(days, event, 24.5), days, event, strict=True):
        assert one == pytest.approx(KaplanMeierFitter().fit(row, happened).predict(24.5), rel=1e-9)


def test_log_rank_is_lifelines(rng):
    for _ in range(20):
        days, event, first_group = rng.integers(1, 30, 64), rng.random(64) < 0.4, rng.random(64) < 0.3
        test = logrank_test(days[first_group], days[~first_group], event[first_group], event[~first_group])
        one = statistics.log_rank_z(days.astype(float), event, first_group)
        assert one**2 == pytest.approx(test.test_statistic, rel=1e-9)


def test_logistic_is_statsmodels(rng):
    design = np.concatenate([np.ones((12, 33, 1)), rng.normal(size=(12, 33, 3))], axis=2)
    outcome = rng.random((12, 33)) < 0.5
    coefficients, z = statistics.logistic(design, outcome, np.zeros(4), 12)
    for number in range(12):
        fitted = sm.Logit(outcome[number].astype(float), design[number]).fit(disp=0)
        assert coefficients[number] == pytest.approx(fitted.params, abs=1e-6)
        assert z[number] == pytest.approx(fitted.tvalues, abs=1e-5)


def test_tie_sum_counts_cubes():
    values = np.array([[1, 2, 3, 4, 5], [7, 7, 1, 7, 1], [2, 2, 2, 2, 2]])
    assert statistics.tie_sum(values).tolist() == [0, 24 + 6, 120]


def test_median_and_ratio_ties(rng):
    values = rng.integers(0, 99, (20, 10))
    assert np.array_equal(statistics.median(values), np.median(values, axis=1))
    ratio, same = statistics.ratios(np.array([[12, 8], [30, 15]]), np.array([[15, 10], [40, 20]]))
    # 1.2 / 1.5 is not 0.8 in floating point; 3.0 / 4.0 and 1.5 / 2.0 are both 0.75.
    assert ratio.tolist() == [[0.8, 0.8], [0.75, 0.75]]
    assert same.tolist() == [False, True]


def walk(goal: int, attempts: int) -> search.Found:
    """Walk along the whole numbers towards a goal, which only even steps from 0 can reach."""
    rng = np.random.default_rng(3)
    return search.anneal(
        draw=lambda chains: {"place": np.zeros((chains, 1), dtype=int)},
        propose=lambda state: {"place": state["place"] + 2 * rng.integers(-1, 2, state["place"].shape)},
        penalty=lambda state: np.abs(state["place"][:, 0] - goal).astype(float),
        rng=rng,
        schedule=search.Schedule(chains=5, steps=60, restarts=attempts, warm=0.5, cold=0.01),
    )


def test_the_search_reaches_a_goal_and_says_when_it_does_not():
    reached = walk(10, attempts=2)
    assert (reached.penalty, reached.state["place"].tolist()) == (0, [10])
    assert reached.steps < 60
    missed = walk(11, attempts=2)
    assert missed.penalty == 1
    assert missed.state["place"][0] in (10, 12)
