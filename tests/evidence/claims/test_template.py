"""A new claims folder has an example of every kind of claim, which holds by arithmetic and by search."""

import csv
import re
from math import exp, isclose, log, sqrt

import pytest
from scipy import stats

from evidence.claims import folder as folders
from evidence.claims import template
from evidence.claims.abstract import QUANTITIES, WORDS
from evidence.claims.groups import RELATIONS
from evidence.ledger import of_abstract, verdicts


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("new") / "mine"
    assert template.main(["--claims", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def abstract(written):
    return folders.load(written)


def test_every_quantity_and_every_relation_has_an_example_that_says_what_it_shows(abstract):
    assert {claim.quantity for claim in abstract.claims} == set(QUANTITIES)
    assert {relation.kind for relation in abstract.relations} == set(RELATIONS)
    assert all(claim.statement.startswith(f"{claim.quantity}: ") for claim in abstract.claims)


def test_the_columns_are_explained_and_no_other(written):
    told = (written / "README.md").read_text(encoding="utf-8")
    with (written / "claims.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert tuple(header) == folders.COLUMNS
    named = set(re.findall(r"`(\w+)`", told))
    assert {*folders.COLUMNS, *QUANTITIES, *RELATIONS} <= named
    assert all(word in told for word in WORDS)


def test_the_searches_find_the_example_consistent(abstract):
    entries = of_abstract.ledger(abstract)
    assert set(entries["verdict"]) <= {verdicts.CONSISTENT, verdicts.NOTHING}
    assert entries["verdict"].eq(verdicts.CONSISTENT).sum() > len(entries) / 3


def test_the_example_holds_by_arithmetic(abstract):
    """Of its own figures, by textbook formulas."""

    def of(id):
        return abstract[id].figure.value

    def prints(id, value):
        figure = abstract[id].figure
        return isclose(round(value, figure.decimals), figure.value)

    (a, b), (n, m) = (of("response_drug_a"), of("response_usual_care")), (of("n_drug_a"), of("n_usual_care"))
    assert prints("response_drug_a_percent", 100 * a / n)
    assert prints("response_usual_care_percent", 100 * b / m)
    assert prints("complete_drug_a_percent", 100 * of("complete_drug_a") / of("n_evaluable_drug_a"))
    table = [[a, n - a], [b, m - b]]
    assert prints("response_p", stats.chi2_contingency(table, correction=False).pvalue)
    ratio, spread = a / n / (b / m), sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    ends = [ratio * exp(sign * stats.norm.ppf(0.975) * spread) for sign in (-1, 1)]
    assert prints("response_risk_ratio", ratio)
    assert prints("response_risk_ratio_low", ends[0]) and prints("response_risk_ratio_high", ends[1])
    assert prints("response_odds_ratio", a * (m - b) / b / (n - a))
    assert prints("response_risk_difference", 100 * (a / n - b / m))
    groups = [of(f"score_{arm}_{what}") for arm in ("drug_a", "usual_care") for what in ("mean", "sd")]
    test = stats.ttest_ind_from_stats(*groups[:2], n, *groups[2:], m)
    assert prints("score_statistic", test.statistic) and prints("score_p", test.pvalue)
    assert of("score_df") == n + m - 2 and prints("score_drug_a_se", groups[1] / sqrt(n))
    low, high = of("survival_hazard_ratio_low"), of("survival_hazard_ratio_high")
    spread = log(high / low) / 2 / stats.norm.ppf(0.975)
    wald = 2 * stats.norm.sf(-log(of("survival_hazard_ratio")) / spread)
    assert isclose(wald, of("survival_p"), abs_tol=0.002)
    assert of("n_advanced") + of("n_early") == of("n_all") == n + m


@pytest.mark.parametrize("name", template.FILES)
def test_nothing_that_is_there_is_overwritten(tmp_path, capsys, name):
    (tmp_path / name).write_text("mine")
    assert template.main(["--claims", str(tmp_path)]) == 1
    assert capsys.readouterr().err == f"{tmp_path / name}: is there already, and stays; name a new folder\n"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_a_place_that_cannot_be_written_is_said(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert template.main(["--claims", str(tmp_path / "file" / "mine")]) == 1
    assert "cannot be written" in capsys.readouterr().err
