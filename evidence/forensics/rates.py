"""Findings on the rates of the two arms: the counts behind them, the test of their P value, the patients."""

import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import margins, percentages, two_by_two
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED, Finding
from evidence.forensics.two_by_two import COLUMNS, TESTS
from helpers.ground.endpoints import ARMS

RATES = "denominators of a percentage"
TABLES = "two-by-two tables"
POPULATIONS = "populations of two rates"
OUTCOMES = ("response", "mrd_negativity")
REFRACTORY = "relapsed_refractory"
# The print names the second of these; the claims answer it with the first, as a reading.
READ_AS, PRINTED_AS = "measurable_disease", "mrd_positive"
TESTS_TRIED = "the tests that were tried"
EVERYONE = {  # readings of "all patients of monotherapy": result, and what is read
    "efficacy.mrd_negativity.rate.monotherapy.mrd_negative": "its patients who entered MRD negative",
    "efficacy.mrd_negativity.rate.combination.mrd_positive": "the combination's MRD-positive patients",
}


def findings(figures: Figures) -> list[Finding]:
    """Search the counts behind every pair of rates that is printed with a P value."""
    return [*_shared(figures), *_high_burden(figures), *_populations(figures), *_everyone(figures)]


def triple(figures: Figures, outcome: str, stratum: str) -> list[Figure] | None:
    """Return the rates of both arms and their P value in a stratum; None where one is not printed."""
    found = [figures.get(f"efficacy.{outcome}.rate.{arm}.{stratum}") for arm in ARMS]
    found.append(figures.p_value(f"efficacy.{outcome}.pearson_chi_square.arm.{stratum}"))
    return None if None in found else found


def refractory_sizes(figures: Figures) -> tuple[int, int] | None:
    """Return the relapsed/refractory patients of each arm; None where they are not printed."""
    sizes = [figures.get(f"cohort.patients.count.{arm}.{REFRACTORY}") for arm in ARMS]
    return None if None in sizes else (sizes[0].count, sizes[1].count)


def high_burden_tables(figures: Figures) -> dict[str, pd.DataFrame]:
    """Search the tables of each outcome at high burden, of which only a part of each arm has it.

    Returns
    -------
    dict of str to DataFrame
        By outcome, for those that are printed: as `two_by_two.solutions` returns them. Kept are the tables
        that leave room for the outcome's printed total in relapsed/refractory disease.
    """
    sizes = refractory_sizes(figures)
    found = {}
    for outcome in OUTCOMES:
        printed = triple(figures, outcome, "high_burden")
        if printed is None or sizes is None:
            continue
        tables = two_by_two.solutions(two_by_two.candidates(*printed[:2], sizes), printed[2])
        totals = [figures.get(f"efficacy.{outcome}.count.{arm}.{REFRACTORY}") for arm in ARMS]
        for place, total, size in zip(("first", "second"), totals, sizes, strict=True):
            if total is not None:
                events, patients = tables[f"events_{place}"], tables[f"patients_{place}"]
                outside = total.value - events
                tables = tables[(outside >= 0) & (outside <= size - patients)]
        found[outcome] = tables.reset_index(drop=True)
    return found


def number_above_cut(figures: Figures) -> dict[str, int] | None:
    """Return how many patients of each arm have a high burden, where the tables leave one possibility."""
    sizes = ["patients_first", "patients_second"]
    possible = [tables[sizes].drop_duplicates() for tables in high_burden_tables(figures).values()]
    if not possible:
        return None
    shared = possible[0]
    for other in possible[1:]:
        shared = shared.merge(other)
    if len(shared) != 1:
        return None
    return dict(zip(ARMS, map(int, shared.iloc[0]), strict=True))


def _shared(figures: Figures) -> list[Finding]:
    """Find the denominators that print both outcomes of an arm at high burden, of the same patients."""
    sizes = refractory_sizes(figures)
    found = []
    for arm, largest in zip(ARMS, sizes or (), strict=False):
        shares = [figures.get(f"efficacy.{outcome}.rate.{arm}.high_burden") for outcome in OUTCOMES]
        if None in shares:
            continue
        possible = percentages.denominators([(share.value, share.decimals) for share in shares], largest)
        possible = possible.loc[possible["rounding"].isin(percentages.NEAREST), "patients"].unique()
        both = " and ".join(f"{share} %" for share in shares)
        needs = f"need a denominator of {' or '.join(map(str, sorted(possible)))}"
        reason = f"{both} of the same patients, at most {largest}, {needs if len(possible) else 'cannot be'}."
        outcome = CAN_HOLD if len(possible) else CANNOT_HOLD
        found.append(Finding(RATES, tuple(share.claim for share in shares), outcome, reason))
    return found


def _high_burden(figures: Figures) -> list[Finding]:
    sizes = refractory_sizes(figures)
    if sizes is None:
        return []
    found = []
    solved = {}
    for outcome in OUTCOMES:
        printed = triple(figures, outcome, "high_burden")
        if printed is None:
            continue
        lone = [
            _no_fraction(rate, largest)
            for rate, largest in zip(printed[:2], sizes, strict=True)
            if percentages.nearest(rate.value, rate.decimals, largest).empty
        ]
        found += lone
        if lone:
            continue
        every = two_by_two.candidates(*printed[:2], sizes)
        tables = two_by_two.solutions(every, printed[2])
        where = f"all denominators up to {sizes[0]} and {sizes[1]}"
        found.append(_judge_tables(printed, every, tables, where))
        solved[outcome] = printed, tables
    return [*found, *_together(figures, {name: each for name, each in solved.items() if len(each[1])})]


def _no_fraction(rate: Figure, largest: int) -> Finding:
    reason = f"No fraction with a denominator up to {largest} prints as {rate} %."
    return Finding(RATES, (rate.claim,), CANNOT_HOLD, reason)


def _judge_tables(printed: list[Figure], every: pd.DataFrame, tables: pd.DataFrame, where: str) -> Finding:
    """Word the outcome of the search for one pair of rates with its P value."""
    first, second, p_value = printed
    claims = (p_value.claim, first.claim, second.claim)
    pairs = f"{len(every)} pair{'s' * (len(every) != 1)} of counts that print {first} % and {second} %"
    if tables.empty:
        reason = f"Over {where}, of the {pairs} {_nearest(every, p_value)}"
        return Finding(TABLES, claims, CANNOT_HOLD, reason, TESTS_TRIED)
    distinct = tables.drop_duplicates(COLUMNS)
    tests = _tests(tables)
    words = [two_by_two.in_words(table) for _, table in distinct.iterrows()]
    shown = ", ".join(words[:3]) + (", …" if len(words) > 3 else "")
    only = "only " * (len(words) == 1)
    reason = (
        f"Over {where}, of the {pairs}, {only}{shown} give{'s' * (len(words) == 1)} P = {p_value}: "
        f"by {tests}, of {len(TESTS)} tests tried."
    )
    return Finding(TABLES, claims, CAN_HOLD, reason, tests if tables["test"].nunique() < len(TESTS) else "")


def _nearest(every: pd.DataFrame, p_value: Figure) -> str:
    if every.empty:
        return f"none gives P = {p_value}."
    long = every.melt(id_vars=COLUMNS, value_vars=list(TESTS), var_name="test", value_name="p_value")
    nearest = long.loc[(long["p_value"] - p_value.value).abs().idxmin()]
    return (
        f"none gives P = {p_value} under any of {_all_tests()}; the nearest is "
        f"{two_by_two.in_words(nearest)} with P = {nearest['p_value']:.3g} ({TESTS[nearest['test']]})."
    )


def _together(figures: Figures, solved: dict) -> list[Finding]:
    """Check that both outcomes have the same patients at high burden, and that their totals leave room."""
    if not solved:
        return []
    fitting = high_burden_tables(figures)
    claims = [figure.claim for printed, _ in solved.values() for figure in printed]
    claims += [
        total.claim
        for outcome in solved
        for arm in ARMS
        if (total := figures.get(f"efficacy.{outcome}.count.{arm}.{REFRACTORY}")) is not None
    ]
    full = [name for name in solved if fitting[name].empty]
    if full:
        reason = (
            f"No table of {' and '.join(map(_plain, full))} at high burden leaves a possible number of "
            "events for the patients with fewer blasts, given the totals printed for all relapsed/refractory."
        )
        return [Finding(TABLES, tuple(claims), CANNOT_HOLD, reason)]
    sizes = [set(map(tuple, fitting[name].filter(like="patients_").to_numpy())) for name in solved]
    if set.intersection(*sizes):
        return []
    reason = "Response and MRD negativity at high burden need different numbers of patients."
    return [Finding(TABLES, tuple(claims), CANNOT_HOLD, reason)]


def _populations(figures: Figures) -> list[Finding]:
    printed = triple(figures, "mrd_negativity", READ_AS)
    splits = margins.splits(figures)
    if printed is None or splits is None or splits.empty:
        return []
    first, second, p_value = printed
    claims = (p_value.claim, first.claim, second.claim)
    literal = figures.get(f"cohort.patients.count.all.{PRINTED_AS}").count
    halves = margins.tables_of_size(literal, first, second)
    answers = margins.tables_of_populations(splits, first, second, p_value)
    as_printed, fitting = (answers[answers["population"] == name] for name in (PRINTED_AS, READ_AS))
    if len(as_printed):
        reason = f"The {literal} MRD-positive patients print these figures, as {_words(as_printed)}."
        return [Finding(POPULATIONS, claims, CAN_HOLD, reason, _tests(as_printed))]
    refuted = (
        f"The {literal} MRD-positive patients cannot print these figures: of their splits over the arms, "
    )
    if halves.empty:
        refuted += f"none prints both {first} % and {second} %."
    else:
        number = f"{len(halves)} print{'s' * (len(halves) == 1)}"
        refuted += f"{number} both rates, none of them with P = {p_value} in arms of the printed sizes."
    others = [margins.NAMES[name] for name in answers["population"].unique() if name != READ_AS]
    elsewhere = (
        f"so can: {', '.join(others)}" if others else "no other population of whole disease states can"
    )
    if fitting.empty:
        together = (
            f"Nor can {margins.NAMES[READ_AS]} with P = {p_value} under any of {_all_tests()}; {elsewhere}."
        )
        return [Finding(POPULATIONS, claims, CANNOT_HOLD, f"{refuted} {together}", TESTS_TRIED)]
    name = margins.NAMES[READ_AS]
    reason = (
        f"{refuted} {name[0].upper()}{name[1:]} can, as {_words(fitting)} ({_tests(fitting)}); {elsewhere}."
    )
    return [Finding(POPULATIONS, claims, NOT_AS_WORDED, reason, _tests(fitting))]


def _words(tables: pd.DataFrame) -> str:
    return ", ".join(two_by_two.in_words(table) for _, table in tables.drop_duplicates(COLUMNS).iterrows())


def _tests(tables: pd.DataFrame) -> str:
    return " or ".join(name for test, name in TESTS.items() if tables["test"].eq(test).any())


def _all_tests() -> str:
    return f"{len(TESTS)} tests ({', '.join(TESTS.values())})"


def _everyone(figures: Figures) -> list[Finding]:
    """Judge "all patients of monotherapy became MRD negative" by what is printed of a part of them."""
    part = figures.get(f"efficacy.mrd_negativity.count.monotherapy.{REFRACTORY}")
    whole = figures.get(f"cohort.patients.count.monotherapy.{REFRACTORY}")
    found = []
    for result, who in EVERYONE.items():
        claim = figures.get(result)
        if None in (claim, part, whole) or claim.value != 100:
            continue
        fits = part.value == whole.value
        reason = f"{part} of the arm's {whole} relapsed/refractory patients became MRD negative"
        reason += "." if fits else f", so not everyone did; read as {who}."
        found.append(Finding(POPULATIONS, (claim.claim,), CAN_HOLD if fits else NOT_AS_WORDED, reason))
    return found


def _plain(outcome: str) -> str:
    return outcome.replace("mrd_", "MRD ")
