"""Chapter 5, the reading of what baseline and changes go with: rows in, sentences and tables out."""

import pandas as pd

from helpers.chapters.immune.baseline import OUTCOMES, STATISTIC
from helpers.chapters.immune.changes import PAIRS
from helpers.chapters.immune.log_words import holm_sentence
from helpers.chapters.immune.panel import POPULATIONS
from helpers.chapters.immune.words import reasons
from helpers.ground.endpoints import ARMS, LABELS
from helpers.ground.results import get, is_estimable
from helpers.printing import prose
from helpers.printing.tables import PRINTED


def outcome_labels() -> dict[str, str]:
    """Name each outcome and the patients in whom it can be reached."""
    return {name: f"{LABELS[name].split(' (')[0]}: {LABELS[of]}" for name, (_, of) in OUTCOMES.items()}


def baseline_table(results: pd.DataFrame) -> pd.DataFrame:
    """Print the comparison of baseline values by outcome: medians, shift, exact test, both adjustments."""
    columns = {
        "Reached": ("baseline_median_reached", _median),
        "Not reached": ("baseline_median_missed", _median),
        "Shift": ("baseline_hodges_lehmann", _shift),
        "P, exact": (f"{STATISTIC}_exact", PRINTED["P"]),
        "Benjamini-Hochberg": (f"{STATISTIC}_exact_bh", PRINTED["P"]),
        "Holm": (f"{STATISTIC}_exact_holm", PRINTED["P"]),
    }
    lines = [(outcome, population) for outcome in OUTCOMES for population in POPULATIONS]
    printed = {
        title: [_cell(_baseline(results, population, outcome, name), how) for outcome, population in lines]
        for title, (name, how) in columns.items()
    }
    return pd.DataFrame(
        {
            "Outcome": [outcome_labels()[name] for name, _ in lines],
            "Population": [LABELS[population] for _, population in lines],
            **printed,
        }
    )


def baseline_reasons(results: pd.DataFrame) -> str:
    """List why comparisons of baseline values are not estimable, for the note below their table."""
    return reasons(results, ["baseline_hodges_lehmann", f"{STATISTIC}_exact"])


def baseline_sentence(results: pd.DataFrame) -> str:
    """Say which baseline values differ clearly by outcome, and what the family's adjustment leaves."""
    shifts = {
        f"{LABELS[population]} by {LABELS[outcome].split(' (')[0]}": _baseline(
            results, population, outcome, "baseline_hodges_lehmann"
        )
        for outcome in OUTCOMES
        for population in POPULATIONS
    }
    known = {name: shift for name, shift in shifts.items() if prose.interval(shift)}
    if not known:
        why = [prose.reason(shift) for shift in shifts.values() if not is_estimable(shift)]
        return f"No baseline value can be judged: {why[0] if why else 'too few patients for an interval'}."
    clear = [name for name, shift in known.items() if prose.clarity(shift) == "a clear difference"]
    return (
        f"Shifts whose unadjusted 95% interval leaves out 0, of {len(known)} with an interval: "
        f"{', '.join(clear) or 'none'}. {holm_sentence(results, STATISTIC)}"
    )


def baseline_origin(provenance: str) -> str:
    """Say, of a rebuilt cohort, that any such link arose in rebuilding; nothing of any other cohort."""
    if provenance != "reconstructed":
        return ""
    return (
        "The abstract says nothing of baseline values and outcomes: in this rebuilt cohort any link between "
        "them arose in rebuilding."
    )


def baseline_alt(results: pd.DataFrame) -> str:
    """Describe the figure of baseline values by outcome."""
    lines = ["Each patient's baseline value by outcome, one panel per population and outcome."]
    for outcome in OUTCOMES:
        for population in POPULATIONS:
            reached, missed = (
                _cell(_baseline(results, population, outcome, f"baseline_median_{side}"), _median)
                for side in ("reached", "missed")
            )
            lines.append(f"{LABELS[outcome]}, {LABELS[population]}: median {reached} with, {missed} without.")
    return " ".join(lines)


def changes_sentence(results: pd.DataFrame) -> str:
    """Name the pairs of populations whose changes go together clearly, over all patients and in each arm."""
    parts = [
        f"{LABELS[group].lower()}, {_clear_pairs({pair: _rho(results, pair, group) for pair in PAIRS})}"
        for group in ("all", *ARMS)
    ]
    return f"Correlations whose unadjusted 95% interval leaves out 0: {'; '.join(parts)}."


def _clear_pairs(found: dict[tuple[str, str], pd.Series]) -> str:
    """Print the clear correlations of one group, and those of a whole agreement, which have no interval."""
    known = {pair: rho for pair, rho in found.items() if prose.interval(rho)}
    named = [
        f"{_pair(pair)} ({prose.number(rho)}; {prose.interval(rho)})"
        for pair, rho in known.items()
        if prose.clarity(rho) == "a clear difference"
    ]
    whole = [
        f"{_pair(pair)} ({prose.number(rho)})" for pair, rho in found.items() if abs(rho["estimate"]) == 1
    ]
    words = f"of {len(known)} with an interval: {', '.join(named) or 'none'}"
    return (
        f"{words} (without an interval, as the orders agree wholly: {', '.join(whole)})" if whole else words
    )


def _pair(pair: tuple[str, str]) -> str:
    return f"{LABELS[pair[0]]} with {LABELS[pair[1]]}"


def changes_alt(results: pd.DataFrame) -> str:
    """Describe the figure of changes against changes."""
    lines = [
        f"{LABELS[first]} and {LABELS[second]}: {_correlation(_rho(results, (first, second), 'all'))}."
        for first, second in PAIRS
    ]
    first = (
        "Changes of every two populations against each other, each patient a point; Spearman correlations."
    )
    return " ".join([first, *lines])


def _baseline(results: pd.DataFrame, population: str, outcome: str, statistic: str) -> pd.Series:
    return get(results, f"immune.{population}_by_{outcome}.{statistic}.all.{OUTCOMES[outcome][1]}")


def _rho(results: pd.DataFrame, pair: tuple[str, str], group: str) -> pd.Series:
    return get(results, f"immune.{pair[0]}_{pair[1]}.change_spearman.{group}")


def _correlation(rho: pd.Series) -> str:
    limits = prose.interval(rho)
    return f"{prose.number(rho)} ({limits})" if limits else prose.number(rho)


def _median(median: pd.Series) -> str:
    return f"{prose.number(median)} (n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{median['n']:.0f})"


def _shift(shift: pd.Series) -> str:
    limits = prose.interval(shift).removeprefix("95% CI ").removesuffix(" points")
    return f"{prose.number(shift).removesuffix(' points')} ({limits or 'no interval'})"


def _cell(result: pd.Series, how) -> str:
    return how(result) if is_estimable(result) else "not estimable"
