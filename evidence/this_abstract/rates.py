"""Findings on the rates of the two arms: the counts behind them, the test of their P value, the patients."""

import pandas as pd

from evidence.claims.printed import Figure, Figures
from evidence.forensics import percentages, two_by_two
from evidence.forensics.finding import CAN_HOLD, NOT_AS_WORDED, Finding, Findings, judge
from evidence.forensics.two_by_two import EVERY, TESTS, TRIED, TRUNCATED, each_in_words
from evidence.this_abstract import abstract, margins
from evidence.this_abstract.abstract import ARMS, HIGH_BURDEN, OUTCOMES, REFRACTORY, efficacy, patients

RATES = "denominators of a percentage"
TABLES = "two-by-two tables"
POPULATIONS = "populations of two rates"
# The print names the second of these; the claims answer it with the first, as a reading.
READ_AS, PRINTED_AS = abstract.MEASURABLE, abstract.POSITIVE
TESTS_TRIED = "the tests that were tried"
EVERYONE = {  # readings of "all patients" of the second arm "became MRD negative": result, and what is read
    efficacy("mrd_negativity", "rate", ARMS[1], abstract.NEGATIVE): "its patients who entered MRD negative",
    efficacy("mrd_negativity", "rate", ARMS[0], abstract.POSITIVE): "the combination's MRD-positive patients",
}

Rates = tuple[Figure, Figure, Figure]  # of both arms, and the P value between them


def findings(figures: Figures) -> list[Finding]:
    """Search the counts behind every pair of rates that is printed with a P value.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    list of Finding
    """
    sizes = refractory_sizes(figures)
    high = [] if sizes is None else [*_shared(figures, sizes), *_high_burden(figures, sizes)]
    return [*high, *_populations(figures), *_everyone(figures)]


def printed(figures: Figures, outcome: str, stratum: str) -> Rates | None:
    """Look up the rates of both arms and their P value in a stratum.

    Parameters
    ----------
    figures : Figures
    outcome, stratum : str

    Returns
    -------
    Rates or None
        None where one of the three is not printed.
    """
    shares = figures.every(efficacy(outcome, "rate", arm, stratum) for arm in ARMS)
    p_value = figures.p_value(efficacy(outcome, "pearson_chi_square", abstract.CONTRAST, stratum))
    return None if shares is None or p_value is None else (shares[0], shares[1], p_value)


def refractory_sizes(figures: Figures) -> tuple[int, int] | None:
    """Look up the relapsed/refractory patients of each arm.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    (int, int) or None
        None where they are not printed.
    """
    sizes = figures.every(patients(arm, REFRACTORY) for arm in ARMS)
    return None if sizes is None else (sizes[0].count, sizes[1].count)


def high_burden_tables(figures: Figures) -> dict[str, pd.DataFrame]:
    """Search the tables of each outcome at high burden, of which only a part of each arm has it.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    dict of str to DataFrame
        By outcome, for those that are printed: as `two_by_two.solutions` returns them. Kept are the tables
        that leave room for the outcome's printed total in relapsed/refractory disease.
    """
    sizes = refractory_sizes(figures)
    found = {}
    for outcome in OUTCOMES:
        rates = printed(figures, outcome, HIGH_BURDEN)
        if rates is None or sizes is None:
            continue
        totals = [figures.get(efficacy(outcome, "count", arm, REFRACTORY)) for arm in ARMS]
        staged = two_by_two.stages(*rates, sizes)
        found[outcome] = two_by_two.first_left(_with_room(tables, totals, sizes) for tables in staged)
    return found


def _with_room(tables: pd.DataFrame, totals: list[Figure | None], sizes: tuple[int, int]) -> pd.DataFrame:
    """Keep the tables that leave a possible number of events to whoever is not at high burden."""
    for place, total, size in zip(("first", "second"), totals, sizes, strict=True):
        if total is not None:
            outside = total.value - tables[f"events_{place}"]
            tables = tables[(outside >= 0) & (outside <= size - tables[f"patients_{place}"])]
    return tables.reset_index(drop=True)


def number_above_cut(figures: Figures) -> dict[str, int] | None:
    """Say how many patients of each arm have a high burden.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    dict of str to int, or None
        None where the tables of the outcomes do not leave exactly one possibility.
    """
    each = [_sizes(tables) for tables in high_burden_tables(figures).values()]
    shared = set.intersection(*each) if each else set()
    return dict(zip(ARMS, shared.pop(), strict=True)) if len(shared) == 1 else None


def _sizes(tables: pd.DataFrame) -> set[tuple[int, int]]:
    return set(map(tuple, tables[["patients_first", "patients_second"]].to_numpy().tolist()))


def _shared(figures: Figures, sizes: tuple[int, int]) -> Findings:
    """Find the denominators that print both outcomes of an arm at high burden, of the same patients."""
    for arm, largest in zip(ARMS, sizes, strict=True):
        shares = figures.every(efficacy(outcome, "rate", arm, HIGH_BURDEN) for outcome in OUTCOMES)
        if shares is None:
            continue
        possible = percentages.denominators(shares, largest)
        needs = f"need a denominator of {' or '.join(map(str, possible))}" if possible else "cannot be"
        both = " and ".join(f"{share} %" for share in shares)
        reason = f"{both} of the same patients, at most {largest}, {needs}."
        yield judge(RATES, shares, bool(possible), reason)


def _high_burden(figures: Figures, sizes: tuple[int, int]) -> Findings:
    solved = {}
    for outcome in OUTCOMES:
        rates = printed(figures, outcome, HIGH_BURDEN)
        if rates is None:
            continue
        found = [*_without_fraction(rates, sizes)] or [_table_finding(rates, sizes, figures)]
        yield from found
        if found[0].outcome == CAN_HOLD:
            solved[outcome] = rates
    yield from _together(figures, solved)


def _without_fraction(rates: Rates, sizes: tuple[int, int]) -> Findings:
    for rate, largest in zip(rates[:2], sizes, strict=True):
        if not percentages.fractions(rate, largest)[[*percentages.NEAREST, TRUNCATED]].any(axis=None):
            reason = (
                f"No fraction with a denominator up to {largest} prints as {rate} %, rounded or truncated."
            )
            yield judge(RATES, [rate], False, reason)


def _denominators(figures: Figures, sizes: tuple[int, int], rule: str) -> list[list[int]]:
    """List the denominators of each arm that print all its rates at high burden, of the same patients."""
    each = []
    for arm, largest in zip(ARMS, sizes, strict=True):
        shares = [figures.get(efficacy(outcome, "rate", arm, HIGH_BURDEN)) for outcome in OUTCOMES]
        printed = [share for share in shares if share is not None]
        each.append(percentages.denominators(printed, largest, (rule,) if rule else percentages.NEAREST))
    return each


def _added(rates: Rates, sizes: tuple[int, int], figures: Figures, words: list[str]) -> str:
    """Say what one-sided tests and truncated percentages would add to the tables that were found."""
    first, second, p_value = rates
    added = []
    for rule in ("", TRUNCATED):
        long = two_by_two.each_test(two_by_two.candidates(first, second, sizes, rule), EVERY)
        fits = p_value.prints(long["p_value"])
        for place, allowed in zip(("first", "second"), _denominators(figures, sizes, rule), strict=True):
            fits &= long[f"patients_{place}"].isin(allowed)
        added += [table for table in each_in_words(long[fits]) if table not in words]
    if added:
        return f" One-sided tests or truncated percentages would add {', '.join(dict.fromkeys(added))}."
    return (
        " One-sided tests and truncated percentages add no table whose denominators print the other rates of "
        "the same patients."
    )


def _table_finding(rates: Rates, sizes: tuple[int, int], figures: Figures) -> Finding:
    """Word the outcome of the search for one pair of rates with its P value."""
    first, second, p_value = rates
    tables = two_by_two.search(first, second, p_value, sizes)
    truncated = bool(tables["rule"].eq(TRUNCATED).any())
    every = two_by_two.candidates(first, second, sizes, TRUNCATED if truncated else "")
    judged = (p_value, first, second)
    cut = "when truncated " * truncated
    start = (
        f"Over all denominators up to {sizes[0]} and {sizes[1]}, of the {len(every)} "
        f"pair{'s' * (len(every) != 1)} of counts that {cut}print {first} % and {second} %"
    )
    if tables.empty:
        return judge(TABLES, judged, False, f"{start} {_nearest(every, p_value)}", TESTS_TRIED)
    tests, words = _tests(tables), each_in_words(tables)
    shown = ", ".join(words[:3]) + (", …" if len(words) > 3 else "")
    give = f"only {shown} gives" if len(words) == 1 else f"{shown} give"
    reason = f"{start}, {give} P = {p_value}: by {tests}, of {len(TESTS)} tests tried."
    if len(words) == 1:
        reason += _added(rates, sizes, figures, words)
    rests_on = tests if tables["test"].nunique() < len(TESTS) else ""
    if truncated:
        rests_on = " and ".join(filter(None, (rests_on, "truncated percentages")))
    return judge(TABLES, judged, True, reason, rests_on)


def _nearest(every: pd.DataFrame, p_value: Figure) -> str:
    if every.empty:
        return f"none gives P = {p_value}, rounded or truncated."
    long = two_by_two.each_test(every, EVERY)
    nearest = long.loc[(long["p_value"] - p_value.value).abs().idxmin()]
    return (
        f"none gives P = {p_value} under any of {TRIED}; the nearest is "
        f"{two_by_two.in_words(nearest)} with P = {nearest['p_value']:.3g} ({EVERY[nearest['test']]})."
    )


def _together(figures: Figures, solved: dict[str, Rates]) -> Findings:
    """Check that both outcomes have the same patients at high burden, and that their totals leave room."""
    tables = {outcome: found for outcome, found in high_burden_tables(figures).items() if outcome in solved}
    totals = [figures.get(efficacy(name, "count", arm, REFRACTORY)) for name in solved for arm in ARMS]
    judged = [*sum(solved.values(), ()), *filter(None, totals)]
    full = [abstract.STUDY.outcome(outcome).noun for outcome, found in tables.items() if found.empty]
    if full:
        reason = (
            f"No table of {' and '.join(full)} at high burden leaves a possible number of events for the "
            "patients with fewer blasts, given the totals printed for all relapsed/refractory."
        )
        yield judge(TABLES, judged, False, reason)
    elif tables and not set.intersection(*map(_sizes, tables.values())):
        reason = "Response and MRD negativity at high burden need different numbers of patients."
        yield judge(TABLES, judged, False, reason)


def _populations(figures: Figures) -> Findings:
    """Ask whose the rates are that are printed as equal: of the patients named, or of others."""
    rates, splits = printed(figures, "mrd_negativity", READ_AS), margins.splits(figures)
    if rates is None or splits is None or splits.empty:
        return
    first, second, p_value = rates
    judged = (p_value, first, second)
    literal = figures.count(patients(stratum=PRINTED_AS))
    answers = margins.tables_of_populations(splits, *rates)
    solved = dict(list(answers.groupby("population", sort=False)))
    named = {key: (", ".join(each_in_words(tables)), _tests(tables)) for key, tables in solved.items()}
    if PRINTED_AS in named:
        words, tests = named[PRINTED_AS]
        reason = f"The {literal} MRD-positive patients print these figures, as {words}."
        yield judge(POPULATIONS, judged, True, reason, tests)
        return
    refuted, name = _refuted(literal, rates), margins.NAMES[READ_AS]
    others = ", ".join(margins.NAMES[key] for key in named if key != READ_AS)
    elsewhere = f"so can: {others}" if others else "no other population of whole disease states can"
    if READ_AS in named:
        words, tests = named[READ_AS]
        reason = f"{refuted} {name[0].upper()}{name[1:]} can, as {words}; {elsewhere}."
        conflict = f"{literal} MRD-positive patients; {first} % and {second} % of them"
        yield judge(POPULATIONS, judged, NOT_AS_WORDED, reason, tests, conflict)
    else:
        reason = f"{refuted} Nor can {name} with P = {p_value} under any of {TRIED}; {elsewhere}."
        yield judge(POPULATIONS, judged, False, reason, TESTS_TRIED)


def _refuted(literal: int, rates: Rates) -> str:
    """Say why the patients that the print names cannot have the rates."""
    first, second, p_value = rates
    halves = len(margins.tables_of_size(literal, first, second))
    number = f"{halves} print{'s' * (halves == 1)} both rates, none of them with P = {p_value} in arms of the"
    why = (
        f"{number} printed sizes."
        if halves
        else f"none prints both {first} % and {second} %, rounded or truncated."
    )
    start = f"The {literal} MRD-positive patients cannot print these figures"
    return f"{start}: of their splits over the arms, {why}"


def _tests(tables: pd.DataFrame) -> str:
    return " or ".join(name for test, name in EVERY.items() if tables["test"].eq(test).any())


def _everyone(figures: Figures) -> Findings:
    """Judge "all patients of monotherapy became MRD negative" by what is printed of a part of them."""
    arm = ARMS[1]
    counted = figures.every([efficacy("mrd_negativity", "count", arm, REFRACTORY), patients(arm, REFRACTORY)])
    claimed = {
        who: claim for id, who in EVERYONE.items() if (claim := figures.get(id)) and claim.value == 100
    }
    if not claimed or counted is None:
        return
    part, whole = counted
    told = f"{part} of the arm's {whole} relapsed/refractory patients became MRD negative"
    if part.value == whole.value:
        yield judge(POPULATIONS, claimed.values(), True, f"{told}.")
        return
    # The two readings are of one sentence: one finding, so that it is counted once.
    only = " Only one of these readings can be meant." * (len(claimed) > 1)
    reason = f"{told}, so not everyone did. It fits if said of {', or of '.join(claimed)}.{only}"
    conflict = f"“all patients” of the arm; {part} of its {whole} relapsed/refractory patients"
    yield judge(POPULATIONS, claimed.values(), NOT_AS_WORDED, reason, conflict=conflict)
