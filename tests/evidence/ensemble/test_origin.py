"""What members were drawn from is told apart: the claims, the code that runs, and what no draw depends on."""

import pytest

import ranges
from evidence.claims import load
from evidence.ensemble import origin, store
from helpers.ground import cohort

CLAIMS = load.load()


def test_the_committed_members_were_drawn_from_todays_claims_and_code():
    assert origin.changed(store.manifest(), CLAIMS) == []


def test_claims_and_code_are_told_apart():
    drawn_from = origin.origin(CLAIMS)
    changed = CLAIMS.assign(value=CLAIMS["value"].mask(CLAIMS["id"] == "overall_survival_2_years", 63))
    assert origin.changed(drawn_from, changed) == ["claims"]
    assert origin.changed({**drawn_from, "code": "0"}, CLAIMS) == ["code"]
    assert origin.changed({}, CLAIMS) == ["claims", "counts", "code"]


def test_what_draws_counts_wherever_it_stands_and_nothing_else_does():
    code = "\n".join(origin.code())
    assert "def _climb" not in code and "def standing" not in code  # the searches and the standing of results
    for of_draws in ("class Panels", "class Printed", "def survival_at", "def sample"):  # annealing too
        assert of_draws in code
    assert '"""' not in code and "#" not in code.replace("'#", "")


def test_a_file_that_holds_no_members_is_told_in_a_line(tmp_path, capsys):
    path = tmp_path / "members.parquet"
    path.write_bytes(b"no parquet")
    assert ranges.main(["--members", str(path), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "cannot be read as members" in said and said.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"claims": "0"}, "from other claims"),
        ({"code": "0"}, "from other code"),
        ({"prior": "falling hazard"}, "under the prior 'falling hazard'"),
    ],
)
def test_members_of_another_origin_are_not_told_as_the_books(changed, told, tmp_path, capsys, committed):
    patients, immune, manifest = committed
    path = tmp_path / "members.parquet"
    few = [rows[rows["member"] < 2] for rows in (patients, immune)]
    store.write(*few, {**manifest, **origin.origin(CLAIMS), **changed}, path)
    assert ranges.main(["--members", str(path), "--out", str(tmp_path / "out")]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_no_cohorts_is_not_replaced(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("mine")
    assert ranges.main(["--out", str(tmp_path)]) == 1
    assert "is no cohort's folder" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_cohort_that_prints_otherwise_is_not_written(tmp_path):
    for path in cohort.DEFAULT.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    ranges.verified(tmp_path)
    text = (tmp_path / "patients.csv").read_text()
    (tmp_path / "patients.csv").write_text(text.replace(",PR,", ",NR,"))
    with pytest.raises(ValueError, match="does not print"):
        ranges.verified(tmp_path)
