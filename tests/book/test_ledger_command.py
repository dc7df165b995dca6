"""The command that prints a ledger: what it writes where, and what it returns."""

import subprocess
import sys
from types import SimpleNamespace

import pandas as pd
import pytest
from made_up_claims import AGE, published_rows, result, write_claims

import ledger
from evidence.ledger import report
from helpers.chapters import book
from helpers.ground import cohort as cohorts
from helpers.ground import results, study
from helpers.ground.paths import ROOT


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """Run the command on a claims file of one row and the one result; no cohort is read."""

    def call(row, provenance="reconstructed", **options):
        found = results.table([result(AGE, "years", 46.0)])
        cohort = SimpleNamespace(
            title="A cohort", note="A note", provenance=provenance, study=study.load(), ranges=None
        )
        monkeypatch.setattr(cohorts, "load", lambda path: cohort)
        monkeypatch.setattr(book, "all_results", lambda cohort: found)
        path = write_claims(tmp_path / "mine.csv", [published_rows()["age_median"] | row])
        arguments = [f"--{name}={value}" for name, value in ({"claims": path} | options).items()]
        return ledger.main(arguments), capsys.readouterr()

    return call


MATCH = {"value": "46"}


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


@pytest.mark.parametrize("cells", [{"value": "47"}, {"unit": "months"}])
def test_the_command_fails_with_a_miss_or_without_a_verdict(run, tmp_path, cells):
    status, _ = run(cells)
    assert status == 1
    assert (tmp_path / "ledger.csv").exists()


def test_the_command_takes_a_difference_in_real_patients(run):
    status, printed = run({"value": "47"}, provenance="patient-level")
    assert status == 0 and "1 differs" in printed.out


def test_the_command_names_each_problem_and_writes_nothing(run, tmp_path):
    status, printed = run({"value": "old", "chapter": "age", "quantity": "median"})
    assert status == 1 and printed.out == ""
    assert printed.err.startswith("mine.csv: row 2, column value: 'old' is no figure as printed")
    assert not (tmp_path / "ledger.csv").exists()


def test_the_command_says_where_it_cannot_write(run, tmp_path):
    (tmp_path / "taken").touch()
    status, printed = run(MATCH, out=tmp_path / "taken" / "ledger.csv")
    assert status == 1 and "cannot be written" in printed.err


@pytest.fixture
def folder(tmp_path):
    """A claims folder, of whose patients 7 of 10 respond in one arm and 2 of 10 in the other."""
    given = tmp_path / "abstract"
    given.mkdir()
    arms = "".join(f'[[arms]]\nid = "{arm}"\nlabel = "Arm {arm.upper()}"\n' for arm in "ab")
    (given / "study.toml").write_text(f'title = "A study"\nsource = "A journal"\n{arms}')
    header = "id,sentence,statement,quantity,value,population,variable"
    rows = ["n_a,1,Size of A,n,10,a,", "n_b,1,Size of B,n,10,b,"]
    rows += ["rate_a,2,Response in A,percent,70,a,response", "count_b,2,Response in B,count,2,b,response"]
    rows += ["rate_b,2,Response in B,percent,20,b,response"]
    (given / "claims.csv").write_text("\n".join([header, *rows, ""]))
    return given


def change(folder, old, new):
    path = folder / "claims.csv"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_a_folder_is_judged_without_a_cohort_and_written_beside_its_claims(folder, capsys):
    assert ledger.main([f"--claims={folder}"]) == 0
    printed = capsys.readouterr().out
    assert "A study. A journal" in printed and "5 claims: 5 consistent." in printed
    assert {path.name for path in folder.iterdir()} == {"study.toml", "claims.csv", *report.NAMES}
    written = pd.read_csv(folder / "ledger.csv", dtype=str, keep_default_na=False)
    assert written["id"].tolist() == ["n_a", "n_b", "rate_a", "count_b", "rate_b"]
    assert set(written["verdict"]) == {"consistent"}


def test_a_contradiction_in_a_folder_is_told_and_is_no_failure(folder, capsys):
    change(folder, "percent,20,b", "percent,26,b")
    assert ledger.main([f"--claims={folder}"]) == 0
    assert "One contradiction was found" in capsys.readouterr().out


def test_a_folder_is_written_where_it_is_told(folder, tmp_path):
    out = tmp_path / "else" / "where"
    assert ledger.main([f"--claims={folder}", f"--out={out}"]) == 0
    assert {path.name for path in out.iterdir()} == set(report.NAMES)
    assert {path.name for path in folder.iterdir()} == {"study.toml", "claims.csv"}


def test_each_problem_of_a_folder_is_named_and_nothing_is_written(folder, capsys):
    change(folder, "percent,70,a", "percent,much,c")
    (folder / "study.toml").write_text((folder / "study.toml").read_text().replace('title = "A study"', ""))
    assert ledger.main([f"--claims={folder}"]) == 1
    printed = capsys.readouterr()
    assert [line.split(": ")[1] for line in printed.err.splitlines()[:-1]] == [
        "key title",
        "row 4, column population",
        "row 4, column value",
    ]
    assert (
        printed.err.splitlines()[-1] == "3 problems; no ledger was written; an earlier one stays as it was."
        and not printed.out
    )
    assert {path.name for path in folder.iterdir()} == {"study.toml", "claims.csv"}


@pytest.mark.parametrize("name", ["ledger.csv", "findings.md", "report.html"])
def test_no_file_of_a_folder_is_replaced_where_one_cannot_be(folder, capsys, name):
    (folder / name).mkdir()
    (folder / name / "kept").touch()
    assert ledger.main([f"--claims={folder}"]) == 1
    said = capsys.readouterr().err
    assert said == f"{folder / name}: cannot be written (Is a directory); name another with --out\n"
    assert {path.name for path in folder.iterdir()} == {"study.toml", "claims.csv", name}
    assert (folder / name / "kept").exists()


def test_a_folder_beside_a_cohort_and_one_that_is_not_there_are_refused(folder, tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        ledger.main([f"--claims={folder}", f"--cohort={tmp_path}"])
    assert stopped.value.code == 2 and "without a cohort" in capsys.readouterr().err
    assert ledger.main([f"--claims={tmp_path / 'none'}"]) == 1
    assert "is no folder" in capsys.readouterr().err


def test_a_folder_needs_neither_the_chapters_nor_what_draws(folder):
    """Reading them takes longer than judging an abstract."""
    heavy = {"helpers.chapters", "helpers.plots", "matplotlib", "lifelines", "seaborn", "numba"}
    code = f"""import sys, ledger
ledger.main(sys.argv[1:])
print({heavy} & {{*sys.modules}}, file=sys.stderr)"""
    run = subprocess.run(
        [sys.executable, "-c", code, f"--claims={folder}"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.stderr == "set()\n" and "5 consistent" in run.stdout


def test_a_reader_that_stops_early_gets_no_traceback(folder):
    with subprocess.Popen(
        [sys.executable, "ledger.py", f"--claims={folder}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        run.stdout.close()
        assert run.stderr.read() == ""
    assert (folder / "report.html").exists()
