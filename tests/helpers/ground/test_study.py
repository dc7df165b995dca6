"""The study description: what is read, and every rule with a line that names what to do."""

import re
from pathlib import Path

import pytest

from helpers.ground import cohort, study_rules
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
    (folder / "published").mkdir(exist_ok=True)
    (folder / "published" / "claims.csv").touch()
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
    path.write_text(text.replace('claims = "published/claims.csv"', ""), encoding="utf-8")
    study = load(path)
    assert (study.cells, study.balance, study.panel.outcomes) == ((), None, ())
    assert [visit.phrase for visit in study.ends] == ["at the first visit", "at the last visit"]


TEXT_RULE = "must be a text on one line, not empty, without braces and HTML; correct it"
LIST_RULE = "must be a list of one entry or more, none of them twice; correct it"
NUMBERS = "age_years, bm_blasts_pct, transplant_days, relapse_days, followup_days, cycles"
HIGH = 'column = "bm_blasts_pct"\nabove = 60'
RESPONSE = 'id = "response"\nlabel = "Response (CR, CRi or PR)"\nnoun = "response"\ncolumn = "response"'
ASKED = 'populations = ["relapsed_refractory", "high_burden", "low_burden"]\n\n[[outcomes]]\nid = "complete'
# What is replaced, by what, and the one line that it gives.
PROBLEMS = {
    "no noun": ('noun = "response"\n', "", "outcomes, entry 1, noun: missing; add it"),
    "an odd preposition": (
        'phrase = "the combination"',
        'phrase = "the combination"\npreposition = "by"',
        "arms, combination, preposition: must be one of with, in, among; correct it",
    ),
    "an unknown key": ('term = "Treg"', "rank = 1", "cells, entry 3, rank: not known; remove it"),
    "an unknown key of the study": ("alpha = 0.05", "level = 0.05", "level: not known; remove it"),
    "an empty title": (
        'short_title = "Venetoclax and blinatumomab in',
        'short_title = "" #',
        f"short_title: {TEXT_RULE}",
    ),
    "a title of two lines": ('title = "Venetoclax plus', 'title = "A\\nB', f"title: {TEXT_RULE}"),
    "cycles that are no text": ('cycles = "Cycles of blinatumomab"', "cycles = 4", f"cycles: {TEXT_RULE}"),
    "claims that are no text": (
        'claims = "published/claims.csv"',
        "claims = 3",
        "claims: must be a path as a text; correct it",
    ),
    "a label that is a number": (
        'label = "Blinatumomab alone"',
        "label = 5",
        f"arms, entry 2, label: {TEXT_RULE}",
    ),
    "an empty name": ('short = "combination"', 'short = " "', f"arms, entry 1, short: {TEXT_RULE}"),
    "a phrase with a slot": (
        'phrase = "the combination"',
        'phrase = "A {x} B"',
        f"arms, entry 1, phrase: {TEXT_RULE}",
    ),
    "a phrase that is a number": (
        'phrase = "on day 28"',
        "phrase = 28",
        f"visits, entry 2, phrase: {TEXT_RULE}",
    ),
    "an id that is a list": (
        'parent = "cd4_t"',
        'parent = ["cd4_t"]',
        "cells, entry 3, parent: must be lower-case letters, digits and _, a letter first; correct it",
    ),
    "days in words": (
        "days = 7",
        'days = "seven"',
        "lead_in, days: must be a whole number, 0 or more; correct it",
    ),
    "days after": ("days = 7", "days = -7", "lead_in, days: must be a whole number, 0 or more; correct it"),
    "levels without a list": (
        'levels = ["mrd_positive"]',
        'levels = "mrd_positive"',
        f"populations, entry 2, levels: {LIST_RULE}",
    ),
    "no levels": ('levels = ["mrd_positive"]', "levels = []", f"populations, entry 2, levels: {LIST_RULE}"),
    "a level twice": (
        'levels = ["mrd_positive"]',
        'levels = ["a", "a"]',
        f"populations, entry 2, levels: {LIST_RULE}",
    ),
    "a cut-off in words": (
        "above = 60",
        'above = "60"',
        "populations, entry 5, above: must be a number; correct it",
    ),
    "a cut-off that is none": (
        "above = 60",
        "above = nan",
        "populations, entry 5, above: must be a number; correct it",
    ),
    "a population of nothing": (
        'column = "disease_status"\nlevels = ["mrd_positive"]',
        'column = "age_years"',
        "populations, mrd_positive: must have one of levels, above and at_most; correct it",
    ),
    "two ways to pick": (
        HIGH,
        HIGH + "\nat_most = 60",
        "populations, high_burden: must have one of levels, above and at_most; correct it",
    ),
    "two cut-offs": (
        "above = 60",
        "above = 50",
        "populations: above and at_most of bm_blasts_pct in relapsed_refractory must be one cut-off; "
        "correct one of them",
    ),
    "a cut-off without a column": (
        HIGH,
        "above = 60",
        f"populations, high_burden, column: must be one of {NUMBERS}; correct it",
    ),
    "a cut-off of no column": (
        HIGH,
        'column = "wbc"\nabove = 60',
        f"populations, high_burden, column: must be one of {NUMBERS}; correct it",
    ),
    "a cut-off of names": (
        HIGH,
        'column = "centre"\nabove = 60',
        f"populations, high_burden, column: must be one of {NUMBERS}; correct it",
    ),
    "levels that the column has not": (
        'column = "disease_status"\nlevels = ["mrd_positive"]',
        'column = "best_response"\nlevels = ["CRp"]',
        "populations, mrd_positive, levels: must be among CR, CRi, PR, NR; correct them",
    ),
    "its own parent": (
        'parent = "relapsed_refractory"\n' + HIGH,
        'parent = "high_burden"\n' + HIGH,
        "populations, high_burden, parent above it: high_burden is none of all, relapsed_refractory, "
        "mrd_positive, mrd_negative, measurable_disease; correct it",
    ),
    "an outcome of another column": (
        RESPONSE,
        RESPONSE.replace('column = "response"', 'column = "death"'),
        "outcomes, response: column: must be response, from which the chapters read it; say under [columns] "
        "of cohort.toml which of your columns that is",
    ),
    "an outcome of no column": (
        RESPONSE,
        'id = "early"\nlabel = "Early death"\nnoun = "early death"\ncolumn = "dead"\npopulations = ["all"]\n'
        f"\n[[outcomes]]\n{RESPONSE}",
        "outcomes, early, column: must be one of response, complete_remission, "
        "complete_remission_mrd_negative, mrd_negative, transplant, relapse, death, on_chemotherapy, "
        "synthetic; correct it",
    ),
    "an outcome in no population": (
        ASKED,
        "populations = []" + ASKED[66:],
        f"outcomes, entry 1, populations: {LIST_RULE}",
    ),
    "an outcome in a text": (
        ASKED,
        'populations = "all"' + ASKED[66:],
        f"outcomes, entry 1, populations: {LIST_RULE}",
    ),
    "a main population that is not asked": (
        'main = "measurable_disease"',
        'main = "everyone"',
        "outcomes, mrd_negativity, main: everyone is none of all, relapsed_refractory, mrd_positive, "
        "mrd_negative, measurable_disease, high_burden, low_burden; correct it",
    ),
    "a covariate of no column": (
        'column = "age_years"',
        'column = "agex"',
        f"covariates, age, column: must be one of {NUMBERS}; correct it",
    ),
    "a covariate of names": (
        'column = "age_years"',
        'column = "centre"',
        f"covariates, age, column: must be one of {NUMBERS}; correct it",
    ),
    "a covariate that no model holds": (
        'id = "age"',
        'id = "weight"',
        "covariates, weight: is held by no model, which know blasts and age; describe it under "
        "characteristics, with in_model = true",
    ),
    "claims that are not there": (
        'claims = "published/claims.csv"',
        'claims = "other.csv"',
        "claims: there is no such file in the folder; correct the name, or remove the key",
    ),
    "claims outside of the folder": (
        'claims = "published/claims.csv"',
        'claims = "../claims.csv"',
        "claims: must be a file inside the folder; put it there and name it without .. or a root",
    ),
    "panel outcomes without a list": (
        'outcomes = ["mrd_negativity", "response"]',
        "outcomes = 3",
        f"panel, outcomes: {LIST_RULE}",
    ),
    "a population that responds by no outcome": (
        'responds_by = "response"',
        'responds_by = "x"',
        "populations, relapsed_refractory, responds_by: x is none of response, complete_remission, "
        "mrd_negativity; correct it",
    ),
    "a panel outcome that is none": (
        'outcomes = ["mrd_',
        'outcomes = ["x", "mrd_',
        "panel, outcomes: x is none of response, complete_remission, mrd_negativity; correct it",
    ),
    "an arm that is none": (
        'arm = "combination"',
        'arm = "x"',
        "lead_in, arm: x is none of combination, monotherapy; correct it",
    ),
    "one visit": (
        '[[visits]]\nid = "day28"\nlabel = "Day 28"\nphrase = "on day 28"',
        "",
        "visits: must be two or more, as cells are compared between two; add them",
    ),
    "a parent of two names": (
        'parent_label = "CD8+ T cells"\nmarker = "CD45RA+"',
        'parent_label = "CD8"\nmarker = "CD45RA+"',
        "cells: one parent must have one parent_label; correct it",
    ),
    **{
        f"a balance of {what}": (
            'numerator = "cd8_cd45ra"',
            f'numerator = "{cell}"',
            "balance: numerator and denominator must be two cells of one parent; correct it",
        )
        for what, cell in {"two parents": "nkt", "nothing": "x", "one cell": "cd8_cd45ro"}.items()
    },
    **{
        f"an id of two lists: {id}": (old, f'id = "{id}"', f"{lists}: id {id} stands twice; rename one")
        for old, id, lists in (
            ('id = "day28"', "combination", "arms and visits"),
            ('id = "nkt"', "complete_remission", "outcomes and cells"),
            ('id = "treg"', "mrd_positive", "populations and cells"),
            ('id = "age"', "baseline", "covariates and visits"),
            ('id = "age"', "blasts", "covariates"),
            ('id = "cd45_split"', "treg", "cells and balance"),
        )
    },
    "a parent with the name of a population": (
        'parent = "cd4_t"',
        'parent = "mrd_positive"',
        "populations and cells, parent: id mrd_positive stands twice; rename one",
    ),
    **{
        f"a kept id: {id}": (old, f'id = "{id}"', f"{key}: id {id} is kept for the book; rename it")
        for old, id, key in (
            ('id = "monotherapy"', "all", "arms"),
            ('id = "low_burden"\nlabel = "Rel', "arm", "populations"),
            ('id = "day28"', "arm", "visits"),
            ('id = "nkt"', "patients", "cells"),
            ('id = "age"', "all", "covariates"),
        )
    },
    **{
        f"no {id}": (
            f'id = "{id}"\nlabel',
            'id = "other"\nlabel',
            f"outcomes: {id} is missing; add it, as the chapters ask for it, or leave all outcomes out",
        )
        for id in ("response", "complete_remission", "mrd_negativity")
    },
    **{
        f"a level of {level}": (
            "alpha = 0.05",
            f"alpha = {level}",
            "alpha: must be 0.05, as every interval is one of 95%; correct it",
        )
        for level in (5, 0.1, 0.00001)
    },
    "horizons out of order": (
        "[12, 24]",
        "[24, 12]",
        "horizons: must be whole months in ascending order, as in [12, 24]; correct it",
    ),
    "a horizon of half a month": (
        "[12, 24]",
        "[12, 24.5]",
        "horizons, entry 2: must be a whole number, 0 or more; correct it",
    ),
}


@pytest.mark.parametrize(("old", "new", "line"), PROBLEMS.values(), ids=PROBLEMS)
def test_each_broken_rule_has_its_line(tmp_path, old, new, line):
    with pytest.raises(StudyError) as error:
        read(tmp_path, (old, new))
    assert f"study.toml: key {line}" in error.value.problems
    # What named the changed id misses it now; else there is one line.
    others = [one for one in error.value.problems if one != f"study.toml: key {line}"]
    follow = (" is none of ", "balance", " is missing", " is held by no model")
    assert all(any(part in one for part in follow) for one in others), others


def test_what_the_rules_say_of_the_book_is_true(rebuilt_results):
    study, patients = load(), cohort.load(cohort.DEFAULT).patients
    assert all(patients[column].dtype.name in ("bool", "boolean") for column in study_rules.DERIVED)
    own = set(study.labels) | {one.id for one in (*study.covariates, study.balance, study.lead_in)}
    made = {*rebuilt_results["outcome"], *rebuilt_results["group"], *rebuilt_results["stratum"]}
    joined = re.compile(r".*_family|.*_by_.*|(missing|cycles|centre|best_response)_.*")
    pairs = {f"{first}_{second}" for first in study.labels for second in study.labels}
    kept = {id for id in made - own - pairs - {study.balance.sum_id} if not joined.fullmatch(id)}
    assert kept <= study_rules.KEPT


def test_both_sides_of_a_cut_off_are_asked_alike(rebuilt_results):
    rows = rebuilt_results[rebuilt_results["chapter"] == "cohort"].set_index("id")["estimate"]
    for group in load().groups:
        above = rows[f"cohort.high_burden.count.{group}.relapsed_refractory"]
        assert above == rows[f"cohort.patients.count.{group}.high_burden"]


def test_roles_of_the_pages_are_no_slots(tmp_path):
    aim = "The {term}`T cells <Treg>` {cite:p}`duell2017` matter."
    panel = TEXT[TEXT.index("aim = ") :].partition("\n")[0]
    study = read(tmp_path, (panel, f'aim = "{aim}"'))
    assert study.panel.aim == aim
