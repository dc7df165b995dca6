"""The command that prints a ledger: what it writes where, and what it returns."""

from types import SimpleNamespace

import pandas as pd
import pytest
from made_up_claims import AGE, result

import ledger
from evidence.claims.claim import COLUMNS
from helpers.ground import results, study


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """Run the command on a claims file of one row and the one result; no cohort is read."""

    def call(row, provenance="reconstructed", **options):
        found = results.table([result(AGE, "years", 46.0)])
        cohort = SimpleNamespace(
            title="A cohort", note="A note", provenance=provenance, study=study.load(), ranges=None
        )
        monkeypatch.setattr(ledger.cohorts, "load", lambda path: cohort)
        monkeypatch.setattr(ledger, "all_results", lambda cohort: found)
        path = tmp_path / "mine.csv"
        path.write_text(",".join(COLUMNS) + "\n" + row + "\n", encoding="utf-8")
        arguments = [f"--{name}={value}" for name, value in ({"claims": path} | options).items()]
        return ledger.main(arguments), capsys.readouterr()

    return call


MATCH = f"age,cohort,Median age,{AGE},46,0,years,equals,,10"


def test_the_command_writes_beside_the_claims_file(run, tmp_path):
    status, printed = run(MATCH)
    assert status == 0
    written = pd.read_csv(tmp_path / "ledger.csv", keep_default_na=False)
    assert written.loc[0, ["published", "recomputed", "verdict"]].tolist() == [
        "46 years",
        "46 years",
        "consistent",
    ]
    assert "A cohort. A note" in printed.out and "1 claim: 1 consistent." in printed.out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.csv", "mine.csv"]


def test_the_command_writes_where_it_is_told(run, tmp_path):
    out = tmp_path / "new" / "verdicts.csv"
    assert run(MATCH, out=out)[0] == 0
    assert out.exists() and not (tmp_path / "ledger.csv").exists()


@pytest.mark.parametrize("cells", ["47,0,years", "46,0,months"])
def test_the_command_fails_with_a_miss_or_without_a_verdict(run, tmp_path, cells):
    status, _ = run(MATCH.replace("46,0,years", cells))
    assert status == 1
    assert (tmp_path / "ledger.csv").exists()


def test_the_command_takes_a_difference_in_real_patients(run):
    status, printed = run(MATCH.replace("46", "47"), provenance="patient-level")
    assert status == 0 and "1 differs" in printed.out


def test_the_command_names_each_problem_and_writes_nothing(run, tmp_path):
    status, printed = run(MATCH.replace("46,0,years", "old,0,moons"))
    assert status == 1 and printed.out == ""
    assert [line.split(": ")[1] for line in printed.err.splitlines()[:2]] == [
        "row 2, column value",
        "row 2, column unit",
    ]
    assert not (tmp_path / "ledger.csv").exists()


def test_the_command_says_where_it_cannot_write(run, tmp_path):
    (tmp_path / "taken").touch()
    status, printed = run(MATCH, out=tmp_path / "taken" / "ledger.csv")
    assert status == 1 and "cannot be written" in printed.err
