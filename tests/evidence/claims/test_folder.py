"""A claims folder that breaks the rules gets one line for each problem, whatever it holds."""

import random
from pathlib import Path

import pytest

from evidence.claims import folder
from evidence.claims.folder import ClaimsFolderError, load

STUDY = """title = "Two groups"
source = "Made up"
[[arms]]
id = "a"
label = "Arm A"
[[arms]]
id = "b"
label = "Arm B"
[[populations]]
id = "old"
label = "Older patients"
[[populations]]
id = "old_a"
label = "Older patients of arm A"
parent = "old"
arm = "a"
"""
HEADER = ",".join((*folder.COLUMNS, *folder.FURTHER))
ROW = {"id": "size", "sentence": "1", "statement": "Patients", "quantity": "n", "value": "40"}
ROW |= {"population": "all", "variable": "death"}
RATIO = ROW | {"id": "ratio", "quantity": "odds_ratio", "value": "2.0", "population": "a", "versus": "b"}
SHOW = "holds a character that cannot be shown; remove it"
SHAPE = "as printed, such as 66.0 or <0.001, with a point, without a unit, one figure a row"
DIGITS = "must not have more than 15 digits; correct it"
POPULATION = (
    "'young' is no population or arm of study.toml, which has all, a, b, old, old_a; "
    "add it there, or correct the name"
)
DATE = "must be a year, a month (2021-10) or a day (2021-10-05); correct it"
NOT_UTF8 = "claims.csv: is no CSV file in UTF-8; save it as one, with commas between columns"
NO_HEADER = (
    f"claims.csv: row 1: must name the columns {', '.join(folder.COLUMNS)}, with commas between them; "
    "add the header, or save the file with commas"
)


def row(**cells: str) -> str:
    """Write a row of claims, the others' cells as of one that keeps the rules."""
    both = ROW | cells
    return ",".join(f'"{both.get(name, "")}"' for name in HEADER.split(","))


def text(*rows: str) -> str:
    """Write a file of claims."""
    return "\n".join((HEADER, *rows)) + "\n"


def written(path: Path, **files: str | bytes) -> Path:
    """Write a folder that keeps the rules, but for files that are given; None takes one away."""
    files = {"study": STUDY, "claims": text(row())} | files
    for name, content in files.items():
        if content is not None:
            target = path / (f"{name}.toml" if name == "study" else f"{name}.csv")
            target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def problems(path: Path) -> list[str]:
    """Return the lines that a folder gets."""
    try:
        load(path)
    except ClaimsFolderError as error:
        return error.problems
    return []


# A row's cells, the column that is at fault, and the rule.
CELLS = [
    ({"id": ""}, "id", "must be lower-case letters, digits and _, a letter first; rename it"),
    ({"id": "Size"}, "id", "must be lower-case letters, digits and _, a letter first; rename it"),
    ({"id": "=1+1"}, "id", "must be lower-case letters, digits and _, a letter first; rename it"),
    ({"sentence": "0"}, "sentence", "must be a whole number from 1; count the sentences of the source"),
    ({"sentence": "1.5"}, "sentence", "must be a whole number from 1; count the sentences of the source"),
    ({"sentence": "²"}, "sentence", "must be a whole number from 1; count the sentences of the source"),
    ({"statement": "  "}, "statement", "must not be empty; say in your own words what is claimed"),
    ({"statement": "one\x00two"}, "statement", SHOW),
    ({"statement": "\x1b[2Jgone"}, "statement", SHOW),
    ({"statement": "turned \u202e round"}, "statement", SHOW),
    ({"statement": "two\r\nlines"}, "statement", SHOW),
    ({"quantity": "rate"}, "quantity", f"must be one of {', '.join(folder.QUANTITIES)}; correct it"),
    (
        {"value": ""},
        "value",
        f"is empty; type the figure {SHAPE}, or leave out the row of what is not printed",
    ),
    ({"value": "4\x006"}, "value", SHOW),
    ({"value": "40 patients"}, "value", f"'40 patients' is no figure {SHAPE}; correct it"),
    ({"value": "60%"}, "value", f"'60%' is no figure {SHAPE}; correct it"),
    ({"value": "1e3"}, "value", f"'1e3' is no figure {SHAPE}; correct it"),
    ({"value": "nan"}, "value", f"'nan' is no figure {SHAPE}; correct it"),
    ({"value": "4,0"}, "value", f"'4,0' is no figure {SHAPE}; correct it"),
    ({"value": "٤٠"}, "value", f"'٤٠' is no figure {SHAPE}; correct it"),
    ({"value": "=40"}, "value", f"'=40' is no figure {SHAPE}; correct it"),
    ({"value": "9" * 20}, "value", DIGITS),
    ({"value": "9" * 400}, "value", DIGITS),
    ({"value": "0." + "0" * 400 + "1", "quantity": "p_value"}, "value", DIGITS),
    ({"value": "-4"}, "value", "must not be negative beside this quantity; correct it"),
    (
        {"value": "-5", "quantity": "percent"},
        "value",
        "must not be negative beside this quantity; correct it",
    ),
    ({"value": "40.5"}, "value", "must be whole beside this quantity; correct it"),
    (
        {"value": "101", "quantity": "percent"},
        "value",
        "must be between 0 and 100 beside this quantity; correct it",
    ),
    (
        {"value": "-1", "quantity": "probability"},
        "value",
        "must be between 0 and 100 beside this quantity; correct it",
    ),
    (
        {"value": "1.2", "quantity": "p_value"},
        "value",
        "must be between 0 and 1 beside this quantity; correct it",
    ),
    (
        {"value": "-0.04", "quantity": "p_value"},
        "value",
        "must be between 0 and 1 beside this quantity; correct it",
    ),
    (
        {"value": "-2.0", "quantity": "hazard_ratio"},
        "value",
        "must not be negative beside this quantity; correct it",
    ),
    ({"value": "-3.0", "quantity": "sd"}, "value", "must not be negative beside this quantity; correct it"),
    ({"value": "2021-13", "quantity": "date"}, "value", DATE),
    ({"value": "2021-02-30", "quantity": "date"}, "value", DATE),
    ({"value": "October", "quantity": "date"}, "value", DATE),
    (
        {"value": "better", "quantity": "word"},
        "value",
        f"must be one of {', '.join(folder.WORDS)}, or empty for words that no figure decides; correct it",
    ),
    ({"population": ""}, "population", "must say of whom; write all for the whole study"),
    ({"population": "young"}, "population", POPULATION),
    ({"denominator": "young"}, "denominator", POPULATION),
    ({"versus": "young"}, "versus", POPULATION),
    ({"versus": "all"}, "versus", "must be another population than the one compared; correct it"),
    (
        {"variable": "Death Rate"},
        "variable",
        "must be lower-case letters, digits and _, with =level where it is a level; rename it",
    ),
    ({"variable": "", "quantity": "count"}, "variable", "must say what is counted; name it"),
    ({"of": "nothing"}, "of", "'nothing' is no other claim's id; correct it"),
    ({"of": "size"}, "of", "'size' is no other claim's id; correct it"),
    (
        {"quantity": "ci_low", "value": "1.2"},
        "of",
        "must name the claim whose interval it bounds; fill it in",
    ),
    (
        {"id": "low", "quantity": "ci_low", "value": "1.2", "of": "low"},
        "of",
        "'low' is no other claim's id; correct it",
    ),
    ({"sides": "3"}, "sides", "must be 1, 2 or empty; correct it"),
    (
        {"level": "0.95"},
        "level",
        "must be the level of an interval in percent, such as 95; correct it",
    ),
    ({"whole": "maybe"}, "whole", "must be yes, no or empty; correct it"),
]


@pytest.mark.parametrize(("cells", "column", "rule"), CELLS)
def test_a_bad_cell_gets_one_line(tmp_path, cells, column, rule):
    path = written(tmp_path, claims=text(row(**cells)))
    assert problems(path) == [f"claims.csv: row 2, column {column}: {rule}"]


ARMS = STUDY.partition("[[populations]]")[0]
OF_POPULATION = "study.toml: population old"
BAD_STUDIES = [
    (None, "study.toml: cannot be read; write one, or copy one from `make new CLAIMS=folder`"),
    (STUDY.encode("utf-16"), "study.toml: is not UTF-8; save it as UTF-8"),
    (b'title = "\xe9"', "study.toml: is not UTF-8; save it as UTF-8"),
    ('title = "', "study.toml: is not TOML (Unterminated string (at end of document)); correct that place"),
    ("title = \x00", "study.toml: is not TOML (Invalid value (at line 1, column 9)); correct that place"),
    ("colour = 1\n" + STUDY, "study.toml: key colour: is not known; remove it"),
    ('"\\u001b[2J" = 1\n' + STUDY, "study.toml: key '\\x1b[2J': is not known; remove it"),
    (STUDY.replace('"Two groups"', "7"), "study.toml: key title: must be a text on one line; write it"),
    (STUDY.replace("Two groups", ""), "study.toml: key title: must be a text on one line; write it"),
    (STUDY.replace("Two groups", "\\u001b"), "study.toml: key title: must be a text on one line; write it"),
    (
        STUDY.replace('source = "Made up"\n', ""),
        "study.toml: key source: must be a text on one line; write it",
    ),
    (
        "alpha = 5\n" + STUDY,
        "study.toml: key alpha: must be a number between 0 and 1 such as 0.05; correct it",
    ),
    (
        "alpha = nan\n" + STUDY,
        "study.toml: key alpha: must be a number between 0 and 1 such as 0.05; correct it",
    ),
    (
        "published = true\n" + STUDY,
        "study.toml: key published: must be a year, a month (2024-11) or a day (2024-11-05); correct it",
    ),
    (
        'tests = "fisher"\n' + STUDY,
        'study.toml: key tests: must be a list of names such as ["fisher"]; correct it',
    ),
    ("sides = 3\n" + STUDY, "study.toml: key sides: must be 1 or 2; correct it"),
    ("sides = true\n" + STUDY, "study.toml: key sides: must be 1 or 2; correct it"),
    (
        'rounding = "up"\n' + STUDY,
        "study.toml: key rounding: must be one of half_up, half_even, down; correct it",
    ),
    (
        "rounding = [1]\n" + STUDY,
        "study.toml: key rounding: must be one of half_up, half_even, down; correct it",
    ),
    (
        STUDY + '[[arms]]\nid = "c"\n',
        "study.toml: key arms: must describe two groups, 3 found; describe the two to compare",
    ),
    (
        STUDY.replace('id = "b"', 'id = "a"'),
        "study.toml: key arms: two have one id; give each its own",
    ),
    (
        "populations = 3\n" + ARMS,
        "study.toml: key populations: must be tables that begin with [[populations]]; correct it",
    ),
    (
        STUDY.replace('"old_a"', '"Old A"'),
        "study.toml: populations 2: id must be lower-case letters, digits and _; correct it",
    ),
    (
        STUDY.replace('"Older patients of arm A"', "3"),
        "study.toml: populations 2: label, parent and arm must be texts; correct them",
    ),
    (
        STUDY.replace("Older patients of", "\\u001b"),
        "study.toml: populations 2: label, parent and arm must be texts; correct them",
    ),
    (
        STUDY + 'disjoint_with = "b"\n',
        "study.toml: populations 2: disjoint_with must be a list of ids; correct it",
    ),
    (STUDY + "colour = 1\n", "study.toml: populations 2: key colour: is not known; remove it"),
    (STUDY.replace('"old_a"', '"old"'), f"{OF_POPULATION}: stands twice; give each its own id"),
    (
        STUDY.replace('parent = "old"', 'parent = "young"'),
        f"{OF_POPULATION}_a: 'young' is no population; add it, or correct the name",
    ),
    (
        STUDY + 'disjoint_with = ["young"]\n',
        f"{OF_POPULATION}_a: 'young' is no population; add it, or correct the name",
    ),
    (
        STUDY + 'disjoint_with = ["old"]\n',
        f"{OF_POPULATION}_a: shares nobody with a group that it is a part of; correct one of the two",
    ),
    (STUDY.replace('arm = "a"', 'arm = "old"'), f"{OF_POPULATION}_a: 'old' is no arm; correct the name"),
    (
        STUDY.replace('parent = "old"', 'parent = "old_a"'),
        f"{OF_POPULATION}_a: is a part of itself; correct parent",
    ),
    (
        STUDY + '[[populations]]\nid = "all"\narm = "a"\n',
        "study.toml: population all: is the whole study; remove parent and arm",
    ),
    (
        STUDY.replace('parent = "old"', 'parent = "b"'),
        f"{OF_POPULATION}_a: belongs to an arm and is a part of the other arm; correct one of the two",
    ),
]


@pytest.mark.parametrize(("study", "line"), BAD_STUDIES)
def test_a_bad_description_gets_one_line(tmp_path, study, line):
    found = problems(written(tmp_path, study=study))
    assert line in found
    # Populations that are not there, or not read, are missed by what names them.
    assert all("population" in other for other in found if other != line)


def test_limits_of_what_has_no_interval_are_refused(tmp_path):
    low = row(id="low", quantity="ci_low", value="1.2", of="size")
    assert problems(written(tmp_path, claims=text(row(), low))) == [
        "claims.csv: row 3, column of: must name the estimate whose interval it bounds, not a claim of n; "
        "correct it"
    ]


def test_without_a_study_no_name_of_a_group_is_missed(tmp_path):
    assert problems(written(tmp_path, study='title = "', claims=text(row(population="a")))) == [
        "study.toml: is not TOML (Unterminated string (at end of document)); correct that place"
    ]


def test_a_test_may_be_typed_as_people_write_it(tmp_path):
    typed = row(quantity="p_value", value="0.03", population="a", versus="b", test="Chi-square")
    assert load(written(tmp_path, claims=text(typed))).claims[0].test == "chi_square"


def test_an_arm_that_is_not_read_gets_one_line_and_all_rows_that_name_it_another(tmp_path):
    rows = [row(id=f"size_{number}", population="b") for number in range(4)]
    found = problems(written(tmp_path, study=STUDY.replace('id = "b"', 'id = "B"'), claims=text(*rows)))
    assert found == [
        "study.toml: arms 2: id must be lower-case letters, digits and _; correct it",
        "claims.csv: rows 2-5, column population: 'b' is no population or arm of study.toml, which has all, "
        "a, old, old_a; add it there, or correct the name",
    ]


def test_a_circle_of_parents_is_named_for_each_of_them(tmp_path):
    study = STUDY.replace('label = "Older patients"', 'parent = "old_a"')
    assert problems(written(tmp_path, study=study)) == [
        f"{OF_POPULATION}: is a part of itself; correct parent",
        f"{OF_POPULATION}_a: is a part of itself; correct parent",
    ]
    through_arm = STUDY + '[[populations]]\nid = "a"\nparent = "old_a"\n'
    assert f"{OF_POPULATION}_a: is a part of itself; correct parent" in problems(
        written(tmp_path, study=through_arm)
    )


CSV = text(row())
BAD_CLAIMS = [
    (None, "claims.csv: is missing; write it, one row for each claim"),
    ("", "claims.csv: is empty; write a header and a row for each claim"),
    ("\n\n", "claims.csv: is empty; write a header and a row for each claim"),
    (HEADER, "claims.csv: has a header and no row; add one for each claim"),
    (CSV.encode("utf-16"), NOT_UTF8),
    (CSV.encode() + b"\xff", NOT_UTF8),
    (CSV.replace(",", ";"), NO_HEADER),
    (CSV.replace(",", "\t"), NO_HEADER),
    (row(), NO_HEADER),
    (
        HEADER.replace("chapter", "value") + "\n" + row(),
        "claims.csv: column value: stands twice in the header; remove one",
    ),
    (HEADER.replace("value", "val") + "\n" + row(), "claims.csv: column value: missing; add it"),
    *(
        (
            HEADER.replace(right, wrong) + "\n" + row(),
            f"claims.csv: column {wrong}: is not read; call it {right}, or something less like that",
        )
        for right, wrong in (("result_id", "resultid"), ("denominator", "denominater"), ("sides", "side"))
    ),
    (
        HEADER.replace("chapter", "\x1b[2J") + "\n" + row(chapter="x"),
        "claims.csv: row 1: a column is named '\\x1b[2j', which cannot be shown; rename it",
    ),
    (
        CSV + "size,1\n",
        f"claims.csv: row 3: has 2 fields where the header has {HEADER.count(',') + 1}; "
        "quote a text that holds a comma",
    ),
    (CSV + row() + "\n", "claims.csv: row 3, column id: stands already in row 2; give each its own"),
    (CSV + HEADER + "\n", "claims.csv: row 3: is the header once more; remove it"),
    (CSV.replace("Patients", '"' + "x" * 200_000), NOT_UTF8),
]


@pytest.mark.parametrize(("claims", "line"), BAD_CLAIMS)
def test_a_bad_file_of_claims_gets_one_line(tmp_path, claims, line):
    assert problems(written(tmp_path, claims=claims)) == [line]


MIXTURE = "column members: must be sizes and counts, variables, or figures of one quantity; name such"
BAD_RELATIONS = [
    ("total,size;ratio,", "column kind: must be one of sum, equal, subset, disjoint, before; correct it"),
    ("equal,size,", "column members: must be at least two ids with ; between them; correct it"),
    ("equal,size;none,", "column members: 'none' is no claim, population or variable; correct it"),
    ("equal,size;\x1b[2J,", "column members: '\\x1b[2J' is no claim, population or variable; correct it"),
    ("sum,a;b,", "column total: must name what the members add up to; fill it in"),
    ("equal,size;ratio,", MIXTURE),
    ("sum,ratio;ratio,a", MIXTURE),
]


def test_ties_are_not_judged_by_claims_that_could_not_be_read(tmp_path):
    claims = HEADER.replace("reading", "readings") + "\n" + row()
    path = written(tmp_path, claims=claims, relations="kind,members,total\nequal,size;ratio,\n")
    (line,) = problems(path)
    assert line.startswith("claims.csv: column readings")


@pytest.mark.parametrize(("tie", "rule"), BAD_RELATIONS)
def test_a_bad_relation_gets_one_line(tmp_path, tie, rule):
    path = written(tmp_path, claims=text(row(), row(**RATIO)), relations=f"kind,members,total\n{tie}\n")
    assert problems(path) == [f"relations.csv: row 2, {rule}"]


def test_all_problems_come_in_one_pass(tmp_path):
    path = written(
        tmp_path,
        study="sides = 3\n" + STUDY.replace('parent = "old"', 'parent = "young"'),
        claims=text(row(value="x", sentence="0"), row(id="other", population="c")),
        relations="kind,members,total\nsum,a;b,\n",
    )
    assert [line.partition(":")[0] for line in problems(path)] == [
        *["study.toml"] * 2,
        *["claims.csv"] * 3,
        "relations.csv",
    ]


def test_what_a_folder_may_say(tmp_path):
    claims = text(
        row(statement="=HYPERLINK(1)", value="1,024"),
        row(**RATIO),
        row(id="p", quantity="p_value", value="<0.001", of="ratio", sides="2"),
        row(id="low", quantity="ci_low", value="−1.5", of="ratio", level="90"),
        row(id="change", quantity="mean", value="-5", unit="percent"),
        row(id="words", quantity="word", value=""),
        row(id="month", quantity="date", value="2021-10"),
    )
    path = written(
        tmp_path,
        study="alpha = 0.025\npublished = 2024-11-05\n" + STUDY,
        claims=claims.replace("\n", "\r\n").encode("utf-8-sig"),
        relations="kind,members,total\nsum,a;b,all\nbefore,month;p,\n",
    )
    abstract = load(path)
    assert [claim.printed for claim in abstract.claims] == [
        *("1,024", "2.0", "P <0.001", "−1.5", "-5 %", "a statement", "2021-10")
    ]
    assert (abstract.alpha, abstract.published, abstract["low"].level) == (0.025, "2024-11-05", 90)
    assert abstract.ancestors("old_a") == {"old_a", "old", "a", "all"}


def test_no_folder_and_no_file_are_named(tmp_path):
    missing = tmp_path / "none"
    assert problems(missing) == [f"{missing}: is no folder; `make new CLAIMS=folder` writes one to fill in"]
    (tmp_path / "claims.csv").mkdir()
    (tmp_path / "study.toml").write_text(STUDY)
    assert problems(tmp_path) == ["claims.csv: cannot be read; correct its permissions"]


PIECES = [
    *(
        "",
        "0",
        "-1",
        "a",
        "b",
        "all",
        "size",
        "ratio",
        "\x00",
        "\x1b[31m",
        "\ud7ff",
        "9" * 40,
        "<",
        "<=",
        "=1+1",
    ),
    *(
        "p_value",
        "percent",
        "n",
        "word",
        "date",
        "ci_low",
        "all",
        "100",
        "1e999",
        "nan",
        "inf",
        "²",
        "٣",
        '"',
        "'",
    ),
    *(
        ",",
        ";",
        "\n",
        "\r",
        "\t",
        "2021-10",
        "0000-00",
        "=",
        "x=",
        "x=y",
        "1",
        "2",
        "95",
        "yes",
        "\u2028",
        "{}",
        "\\",
    ),
]


@pytest.mark.parametrize("seed", range(20))
def test_no_cells_raise_anything_else(tmp_path, seed):
    """Random cells, keys and bytes: a folder is read, or gets lines that a terminal can show."""
    rng = random.Random(seed)
    names = HEADER.split(",")
    cells = {
        name: "".join(rng.choices(PIECES, k=rng.randint(0, 2)))
        for name in rng.sample(names, rng.randint(1, 8))
    }
    claims = text(row(**cells), row(**(RATIO | {rng.choice(names): rng.choice(PIECES)})))
    study = STUDY
    for _ in range(rng.randint(0, 3)):
        place = rng.randrange(len(study))
        study = study[:place] + rng.choice(PIECES) + study[place + rng.randint(0, 4) :]
    files = {"study": study.encode(), "claims": claims.encode(), "relations": None}
    if rng.random() < 0.5:
        members = ";".join(rng.choices(PIECES, k=3)).replace("\n", "")
        files["relations"] = (
            f"kind,members,total\n{rng.choice(folder.RELATIONS)},{members},{rng.choice(PIECES)}\n"
        )
    if rng.random() < 0.3:
        name = rng.choice(["study", "claims"])
        place = rng.randrange(len(files[name]))
        files[name] = files[name][:place] + bytes([rng.randrange(256)]) + files[name][place + 1 :]
    lines = problems(written(tmp_path, **files))
    assert all(line.isprintable() for line in lines)
