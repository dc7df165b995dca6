"""The command draws other claims where they can be, and says in a line why not where they cannot."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from evidence.claims.load import load
from evidence.ensemble import __main__ as command
from evidence.ensemble import drawing, immune, people, store, survival, verification
from evidence.reconstruction.targets import Targets
from helpers.estimators.survival import kaplan_meier_at
from helpers.ground.endpoints import DAYS_PER_MONTH
from helpers.ground.paths import ROOT

PUBLISHED = ROOT / "data" / "published" / "claims.csv"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Draw two members from the published claims with some values changed; return status, file and errors."""
    monkeypatch.setattr(command, "PARTS", tmp_path / "parts")
    monkeypatch.setattr(drawing, "GROUPS", 1)
    monkeypatch.setattr(survival, "ATTEMPTS", 1)
    # Two members need neither long chains, which forget where they began, nor many ancestors.
    monkeypatch.setattr(survival, "PLAN", replace(survival.PLAN, last_moves=2000))
    monkeypatch.setattr(immune, "Effort", partial(immune.Effort, breadth=64))

    def drawn(**changed):
        claims = pd.read_csv(PUBLISHED, dtype=str, keep_default_na=False).set_index("id", drop=False)
        for claim, value in changed.items():
            assert claims.loc[claim, "value"] != value
            claims.loc[claim, "value"] = value
        path, out = tmp_path / "claims.csv", tmp_path / "members.parquet"
        claims.to_csv(path, index=False)
        options = {"--claims": path, "--out": out, "--members": 2, "--seed": 3, "--workers": 1}
        status = command.main([str(word) for pair in options.items() for word in pair])
        return status, out, capsys.readouterr().err

    return drawn


def test_a_possible_change_in_every_block_is_drawn_instead(run):
    status, out, _ = run(
        overall_survival_2_years="62", blasts_combination_quartile_1="27", treg_combination_p="0.028"
    )
    assert status == 0
    patients, immune, manifest = store.read(out)
    assert manifest["members"] == patients["member"].nunique() == 2
    for member, rows in patients.groupby("member"):
        curve = kaplan_meier_at(rows["followup_days"] / DAYS_PER_MONTH, rows["death"], 24)
        assert round(100 * curve.estimate) == 62
        first = rows[rows["arm"].eq("combination") & rows["disease_status"].eq("relapsed_refractory")]
        assert round(np.quantile(first["bm_blasts_pct"], 0.25)) == 27
        cells = immune[immune["member"].eq(member) & immune["population"].eq("treg")]
        inside = cells[cells["patient_id"].isin(rows.loc[rows["arm"].eq("combination"), "patient_id"])]
        wide = inside.pivot_table("percent", "patient_id", "visit")
        change = (wide["day28"] - wide["baseline"]).to_numpy().round(6)
        p_value = stats.wilcoxon(change, correction=False, method="asymptotic").pvalue
        assert round(p_value, 3) == 0.028


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"disease_free_survival_2_years": "90"}, "event times: .* misses .*disease_free_survival_2_years"),
        (
            {"response_combination_count": "3"},
            "response at high burden: the printed rates and P value have 0",
        ),
        (
            {"response_combination_rate": "84"},
            "drawn: response_combination_rate: 10 of 12 does not print as 84 %",
        ),
        ({"age_median": "80"}, "no ages drawn have the printed median"),
        ({"overall_survival_2_years": "640"}, "claims.csv: row .*, column value: must be between 0 and 100"),
    ],
)
def test_an_impossible_change_ends_with_a_line_and_leaves_the_file(run, tmp_path, changed, said):
    (tmp_path / "members.parquet").write_text("an earlier run")
    status, out, errors = run(**changed)
    assert status == 1
    last = errors.splitlines()[-1]
    assert pd.Series([last]).str.contains(said).all(), last
    assert "Traceback" not in errors
    assert out.read_text() == "an earlier run"
    assert not list(tmp_path.glob("*.partial"))


def test_members_that_miss_a_claim_are_not_written(run, monkeypatch):
    missed = pd.DataFrame([(1, "cycles_1", "is 24")], columns=["member", "claim", "reason"])
    monkeypatch.setattr(verification, "failures", lambda *_: missed)
    status, out, errors = run(overall_survival_2_years="62")
    assert status == 1
    assert not out.exists()
    assert errors.splitlines()[-1] == "Nothing was written: cycles_1 is missed by 1 (is 24)"


def test_a_claim_that_members_miss_is_named_with_how_many_miss_it():
    rows = [(0, "cycles_1", "is 24"), (2, "cycles_1", "is 25"), (2, "deaths", "is 18")]
    failures = pd.DataFrame(rows, columns=["member", "claim", "reason"])
    assert verification.summary(failures) == "cycles_1 is missed by 2 (is 24); deaths is missed by 1 (is 18)"


def test_a_nearest_cohort_that_prints_every_figure_misses_none():
    targets = Targets(load())
    times = survival.block(people.solve(targets.figures), targets, survival.Prior())
    rng = np.random.default_rng(1)
    state = times.draw(1, rng)
    times.windows[:] = times.summaries(state)[0][:, None] + [-1, 1]
    assert survival._missed(times, targets, state) == ""
    times.windows[4] += 2
    assert survival._missed(times, targets, state) == "; the nearest misses disease_free_survival_2_years"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--members", "0", "must be a whole number from 1 to 100000, not '0'"),
        ("--members", "1.5", "must be a whole number from 1 to 100000, not '1.5'"),
        ("--members", "9" * 20, "must be a whole number from 1 to 100000"),
        ("--seed", "-1", "must be a whole number from 0, not '-1'"),
        ("--workers", "two", "must be a whole number from 1, not 'two'"),
        ("--out", str(ROOT), "is a folder; name a file"),
    ],
)
def test_an_option_that_cannot_be_ends_with_its_rule_before_anything_is_drawn(
    monkeypatch, capsys, option, value, said
):
    monkeypatch.setattr(command, "_draw", lambda *_: pytest.fail("it draws"))
    with pytest.raises(SystemExit) as ended:
        command.main([f"{option}={value}"])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err.splitlines()[-1]


def test_a_place_that_cannot_be_written_ends_with_a_line(monkeypatch, capsys):
    def refused(*_):
        raise PermissionError(13, "Permission denied", "/members.parquet")

    monkeypatch.setattr(command, "_draw", refused)
    assert command.main(["--members", "2"]) == 1
    assert capsys.readouterr().err == (
        "Nothing was written: [Errno 13] Permission denied: '/members.parquet'\n"
    )
