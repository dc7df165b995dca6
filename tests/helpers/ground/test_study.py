"""The study description: what is read, and every rule with a line that names what to do."""

from pathlib import Path

import pytest

from helpers.ground import study as studies
from helpers.ground.study import StudyError, load

TEXT = studies.DEFAULT.read_text(encoding="utf-8")


def read(folder: Path, *changes: tuple[str, str]) -> studies.Study:
    """Read the default description with passages of it replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_the_default_study_is_read():
    study = load()
    assert study.outcome("response").main == "relapsed_refractory"  # the first of its populations
    assert study.outcome("mrd_negativity").main == "measurable_disease"
    assert [visit.id for visit in study.ends] == ["baseline", "day28"]
    assert study.cells_of("cd8_t") == (study.balance.numerator, study.balance.denominator)
    assert study.cells_of("monocytes") == ()
    assert (study.assessed, study.cutoff, study.cycles) == (
        "relapsed_refractory",
        60,
        "Cycles of blinatumomab",
    )


def test_cells_are_compared_between_the_first_visit_and_the_last(tmp_path):
    middle = '[[visits]]\nid = "day14"\nlabel = "Day 14"\nphrase = "on day 14"\n\n'
    later = '[[visits]]\nid = "day28"'
    assert [visit.id for visit in read(tmp_path, (later, middle + later)).ends] == ["baseline", "day28"]


def test_what_is_not_said_follows_from_the_labels(tmp_path):
    study = read(tmp_path, ('phrase = "on day 28"', ""), ('marker = "CD45RA+"', ""))
    assert [visit.phrase for visit in study.ends] == ["at baseline", "at day 28"]
    assert study.cell("cd8_cd45ra").marker == "CD8+ CD45RA+ cells"
    assert study.cell("treg").share == "Regulatory T cells (% of CD4+ T cells)"


def test_a_study_without_a_panel_has_words_for_its_visits(tmp_path):
    text = TEXT[: TEXT.index("# The immune panel")]
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    study = load(path)
    assert (study.cells, study.balance, study.panel.outcomes) == ((), None, ())
    assert [visit.phrase for visit in study.ends] == ["at the first visit", "at the last visit"]


PROBLEMS = {
    "an outcome without a noun": ('noun = "response"\n', "", "outcomes, entry 1: noun is missing"),
    "an unknown key": ('parent_label = "CD4+ T cells"', 'parent_label = "x"\nrank = 1', "rank is not known"),
    "a main population that is not asked": (
        'main = "measurable_disease"',
        'main = "everyone"',
        "the main population of mrd_negativity is none of its populations",
    ),
    "an outcome of the panel that is none": (
        'outcomes = ["mrd_',
        'outcomes = ["x", "mrd_',
        "x is no outcome",
    ),
    "a balance of two parents": (
        'numerator = "cd8_cd45ra"',
        'numerator = "nkt"',
        "numerator and denominator must be two cells of one parent",
    ),
    "a balance of nothing": (
        'numerator = "cd8_cd45ra"\ndenominator = "cd8_cd45ro"',
        'numerator = "x"\ndenominator = "x"',
        "numerator and denominator must be two cells of one parent",
    ),
    "one visit": (
        '[[visits]]\nid = "day28"\nlabel = "Day 28"\nphrase = "on day 28"',
        "",
        "visits: must be two or more",
    ),
    "an arm named all": ('id = "monotherapy"', 'id = "all"', "id all is kept for the book"),
    "a level that is none": ("alpha = 0.05", "alpha = 5", "alpha: must be a number between 0 and 1"),
    "cycles that are no text": ('cycles = "Cycles of blinatumomab"', "cycles = 4", "cycles: must be a text"),
    "horizons out of order": ("[12, 24]", "[24, 12]", "horizons: must be whole months"),
}


@pytest.mark.parametrize(("old", "new", "line"), PROBLEMS.values(), ids=PROBLEMS)
def test_each_broken_rule_has_its_line(tmp_path, old, new, line):
    with pytest.raises(StudyError) as error:
        read(tmp_path, (old, new))
    assert len([problem for problem in error.value.problems if line in problem]) == 1
    assert all(problem.startswith("study.toml: key ") for problem in error.value.problems)
