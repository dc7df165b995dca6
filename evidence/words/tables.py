"""Chapter 6: the words and tables for the searches of rates, their denominators and their P values."""

import pandas as pd

from evidence.claims.printed import Figures, needed
from evidence.forensics import percentages, quartiles, two_by_two
from evidence.forensics.two_by_two import COLUMNS, TESTS
from evidence.this_abstract import margins, quartile_findings, rates
from evidence.this_abstract.abstract import (
    ALPHA,
    ARMS,
    CUT,
    HIGH_BURDEN,
    OUTCOMES,
    REFRACTORY,
    STUDY,
    efficacy,
    patients,
)
from helpers.printing import prose

STORIES = [  # outcome, stratum, and how a row of a table or figure calls it
    ("response", "high_burden", "Response, blasts > 60%"),
    ("mrd_negativity", "high_burden", "MRD negativity, blasts > 60%"),
    ("mrd_negativity", rates.READ_AS, "MRD negativity, “both groups”"),
]
WIDE = (64, 64)  # denominators of the map: beyond the arms, to show how dense candidates are


def printed(figures: Figures) -> rates.Rates:
    """Return the rates of both arms that are printed as equal, and their P value."""
    return needed(rates.printed(figures, "mrd_negativity", rates.READ_AS), "the equal rates")


def wide_tables(figures: Figures) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all candidate tables of the equal rates up to `WIDE`, and those that print the P value too."""
    first, second, p_value = printed(figures)
    tables = two_by_two.candidates(first, second, WIDE)
    return tables, two_by_two.solutions(tables, p_value)


def arm_sizes(figures: Figures) -> tuple[int, int]:
    """Return the patients of both arms."""
    first, second = (figures.count(patients(arm)) for arm in ARMS)
    return first, second


def population_sums(figures: Figures) -> dict[str, int]:
    """Return the sizes of the printed and of the read population, named for the map."""
    named = {"mrd_positive": "MRD-positive", rates.READ_AS: "with relapsed/refractory"}
    sizes = {
        name: sum(figures.count(patients(stratum=state)) for state in margins.POPULATIONS[name])
        for name in named
    }
    return {f"sum {sizes[name]}: {words}": sizes[name] for name, words in named.items()}


def map_sentence(figures: Figures) -> str:
    """Say what the search over denominators found for the equal rates."""
    first, second, p_value = printed(figures)
    splits = margins.splits(figures)
    answers = margins.tables_of_populations(splits, first, second, p_value)
    size = figures.count(patients(stratum=rates.PRINTED_AS))
    halves = margins.tables_of_size(size, first, second)
    few, most = arm_sizes(figures)
    sentence = (
        f"The {size} MRD-positive patients can be split over the arms in {size + 1} ways; "
        f"{len(halves) or 'none'} of them print{'s' * (len(halves) < 2)} {first}% and {second}%. "
    )
    if answers.empty:
        return sentence + "No population made of whole disease states prints these figures."
    tables = answers.drop_duplicates(COLUMNS)
    names = " and ".join(margins.NAMES[name] for name in answers["population"].unique())
    tests = ", ".join(name for test, name in two_by_two.EVERY.items() if answers["test"].eq(test).any())
    sentence += (
        f"Of all pairs of denominators up to {few} and {most} only {_either(tables)} gives both rates "
        f"with P = {p_value} ({tests}). Those denominators are one population's and no other's: {names}. "
    )
    return sentence + _arms_sentence(splits, tables.iloc[0])


def _either(tables: pd.DataFrame) -> str:
    return " or ".join(two_by_two.in_words(table) for _, table in tables.drop_duplicates(COLUMNS).iterrows())


def _arms_sentence(splits: pd.DataFrame, table: pd.Series) -> str:
    states = list(margins.POPULATIONS[table["population"]])
    sizes = [splits[arm][states].sum(axis=1) for arm in ARMS]
    fitting = splits[(sizes[0] == table["patients_first"]) & (sizes[1] == table["patients_second"])]
    if len(fitting) != 1:
        return f"{len(fitting)} of the {len(splits)} splits of the arms over the disease states fit it."
    line = fitting.iloc[0]
    parts = [f"{STUDY.label(arm)} {' + '.join(f'{number:.0f}' for number in line[arm])}" for arm in ARMS]
    return (
        f"Of the {len(splits)} splits of the arms that the printed counts allow, one is left "
        f"(relapsed/refractory + MRD-positive + MRD-negative): {'; '.join(parts)}."
    )


def positive_counts(figures: Figures) -> list[tuple[int, int]] | None:
    """Count those who became MRD negative, of the MRD-positive patients of each arm; None where it is open.

    They are left once the relapsed/refractory patients are taken out of those with the equal rates.
    """
    splits = margins.splits(figures)
    answers = margins.tables_of_populations(splits, *printed(figures))
    answers = answers[answers["population"] == rates.READ_AS].drop_duplicates(COLUMNS)
    negatives = figures.every(efficacy("mrd_negativity", "count", arm, REFRACTORY) for arm in ARMS)
    sizes = rates.refractory_sizes(figures)
    if len(answers) != 1 or negatives is None or sizes is None:
        return None
    table = answers.iloc[0]
    return [
        (int(table[f"events_{place}"]) - negative.count, int(table[f"patients_{place}"]) - size)
        for place, negative, size in zip(("first", "second"), negatives, sizes, strict=True)
    ]


def stratum_sentence(figures: Figures) -> str:
    """Say what is left for the MRD-positive patients once the relapsed/refractory ones are taken out."""
    counts = positive_counts(figures)
    if counts is None:
        return ""
    parts = [
        f"{events} of {members} with {STUDY.label(arm).lower()}"
        for arm, (events, members) in zip(ARMS, counts, strict=True)
    ]
    return f"The MRD-positive patients alone are then {' and '.join(parts)}."


def map_alt(figures: Figures) -> str:
    """Describe the map of candidate tables."""
    tables, solutions = wide_tables(figures)
    first, second, p_value = printed(figures)
    few, most = arm_sizes(figures)
    inside = solutions[(solutions["patients_first"] <= few) & (solutions["patients_second"] <= most)]
    return (
        f"Map of the {len(tables)} pairs of counts with denominators up to {WIDE[0]} that print {first}% "
        f"and {second}%, one dot each; diamonds also print P = {p_value}. Inside the arms' sizes, {few} and "
        f"{most}, the only diamond is {_either(inside) or 'missing'}."
    )


def tests_table(figures: Figures) -> pd.DataFrame:
    """Compute, for each printed P value of two rates, its table under every test.

    Returns
    -------
    DataFrame
        One row per printed P value that has a table: label, printed (Figure), table (words), and one column
        for each of `evidence.forensics.two_by_two.TESTS`.
    """
    rows = []
    high = rates.high_burden_tables(figures)
    for outcome, stratum, label in STORIES:
        figure = rates.printed(figures, outcome, stratum)
        if figure is None:
            continue
        if stratum == "high_burden":
            tables = high.get(outcome, pd.DataFrame(columns=COLUMNS))
        else:
            tables = margins.tables_of_populations(margins.splits(figures), *figure)
        for _, table in tables[COLUMNS].drop_duplicates().iterrows():
            values = two_by_two.p_values(table.to_frame().T.astype(int)).iloc[0]
            rows.append({"label": label, "printed": figure[2], "table": two_by_two.in_words(table), **values})
    return pd.DataFrame(rows)


def _printing(row: pd.Series) -> list[str]:
    """Name the tests that print the P value of a table."""
    return [name for test, name in TESTS.items() if row["printed"].prints(row[test])]


def tests_sentence(p_values: pd.DataFrame) -> str:
    """Say which tests print every one of the P values, and where another one crosses 0.05."""
    rows = [row for _, row in p_values.iterrows()]
    shared = [name for name in TESTS.values() if all(name in _printing(row) for row in rows)]
    verb = "print" if len(shared) > 1 else "prints"
    sentence = f"{prose.begin(' and '.join(shared)) or 'None of the tests'} {verb} all of them"
    sentence += f"; none of the other {len(TESTS) - 1} tests tried does." if len(shared) == 1 else "."
    crossing = [
        f"for {row['label']} ({row['table']}) the {name} gives {prose.p_value(row[test])}"
        for row in rows
        for test, name in TESTS.items()
        if (row[test] < ALPHA) != (row["printed"].value < ALPHA)
    ]
    if crossing:
        sentence += f" The choice decides on which side of {ALPHA} a result falls: {'; '.join(crossing)}."
    return sentence


def denominators_sentence(figures: Figures) -> str:
    """Say how many patients print both percentages of an arm at high burden; the quartiles exclude some."""
    sizes = needed(rates.refractory_sizes(figures), "the relapsed/refractory patients of each arm")
    possible, excluded, left = [], [], []
    for arm, largest in zip(ARMS, sizes, strict=True):
        ids = (efficacy(outcome, "rate", arm, HIGH_BURDEN) for outcome in OUTCOMES)
        shares = needed(figures.every(ids), "the rates at high burden")
        tried = percentages.denominators(shares, largest, percentages.ROUNDINGS)
        fits = {number: _has_samples(figures, arm, number) for number in tried}
        name = STUDY.arm(arm).phrase if arm == ARMS[0] else STUDY.arm(arm).short
        possible.append(f"{' or '.join(map(str, tried))} ({name})")
        excluded += [str(number) for number, has in fits.items() if not has]
        left.append([number for number, has in fits.items() if has])
    told = (
        "Both percentages of an arm at high burden, said of the same patients, are printed by no other "
        f"numbers of patients, however they are rounded, than {' and '.join(possible)}."
    )
    if excluded:
        told += (
            f" With {' or '.join(excluded)} above {CUT}% no sample of whole percentages prints the quartiles "
            f"of the arm's blasts, under quantile types {', '.join(map(str, quartiles.RULES))}."
        )
    if all(len(numbers) == 1 for numbers in left):
        told += " So the counts follow without a P value, which then says which tests print it."
    return told


def _has_samples(figures: Figures, arm: str, above: int) -> bool:
    """Tell whether any sample prints what is printed of an arm's blasts, with so many above the cut."""
    summaries = [quartile_findings.of_blasts(figures, arm, rule, above) for rule in quartiles.RULES]
    return any(one is None or quartiles.can_print(one) for one in summaries)


def one_sided_sentence(figures: Figures) -> str:
    """Say which tables at high burden a one-sided test adds, and that the other outcome excludes them.

    A table is excluded where no table of the other outcome, by any test that was tried, has its patients.
    """
    sizes = needed(rates.refractory_sizes(figures), "the relapsed/refractory patients of each arm")
    usual = rates.high_burden_tables(figures)
    patients_of = {outcome: _patients(tables) for outcome, tables in usual.items()}
    told = []
    for outcome in usual:
        first, second, p_value = needed(rates.printed(figures, outcome, HIGH_BURDEN), "the rates")
        every = two_by_two.candidates(first, second, sizes)
        added = two_by_two.solutions(every, p_value, two_by_two.ONE_SIDED)
        others = set().union(*(patients_of[other] for other in usual if other != outcome))
        told += [
            f"{two_by_two.in_words(table)} for {STUDY.outcome(outcome).noun} "
            f"({two_by_two.ONE_SIDED[table['test']]}, P = {prose.fixed(table['p_value'], 4)})"
            for table in added.to_dict("records")
            if (table["patients_first"], table["patients_second"]) not in others
        ]
    if not told:
        return "One-sided tests add no table."
    return (
        f"These tests are two-sided. One-sided ones print the P value of one more table: {'; '.join(told)}. "
        "Its patients cannot print the rates and the P value of the other outcome, so it is excluded if "
        "both outcomes are told of the same patients."
    )


def _patients(tables: pd.DataFrame) -> set[tuple[int, int]]:
    return set(zip(tables["patients_first"], tables["patients_second"], strict=True))


def tests_alt(p_values: pd.DataFrame) -> str:
    """Describe the figure of P values under five tests."""
    hits = "; ".join(
        f"{row['label']}, printed {row['printed']}: {', '.join(_printing(row)) or 'none'}"
        for _, row in p_values.iterrows()
    )
    what = f"P values of {len(p_values)} two-by-two tables under {len(TESTS)} tests."
    return f"{what} Tests that print it: {hits}."
