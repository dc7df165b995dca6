"""Findings on counts: parts against wholes, and percentages against their printed counts."""

from dataclasses import replace

from evidence.claims.printed import Figures
from evidence.forensics.finding import Finding, Findings, judge
from evidence.this_abstract import abstract
from evidence.this_abstract.abstract import ARMS, REFRACTORY, panel, patients

SUMS = "sums of counts"
SHARES = "percentages of printed counts"
# A whole, and parts of it that leave nobody out.
PARTS = [
    (patients(), [patients(stratum=status) for status in abstract.STATUSES]),
    (patients(), [patients(arm) for arm in ARMS]),
    (patients(), abstract.CYCLES),
    (patients(stratum=REFRACTORY), [patients(arm, REFRACTORY) for arm in ARMS]),
    (panel(), [panel(arm) for arm in ARMS]),
]
# A group, and the next larger one that contains it.
NESTED = [
    *((patients(arm, REFRACTORY), patients(arm)) for arm in ARMS),
    *((patients(arm), patients()) for arm in ARMS),
    *((panel(arm), patients(arm)) for arm in ARMS),
    (panel(), patients()),
    (abstract.cohort("centres", "count"), patients()),
    *(
        (abstract.efficacy(outcome, "count", arm, REFRACTORY), patients(arm, REFRACTORY))
        for outcome in abstract.OUTCOMES
        for arm in ARMS
    ),
]


def findings(figures: Figures) -> list[Finding]:
    """Check every printed whole against its parts, every group against the larger one, and every share.

    Parameters
    ----------
    figures : Figures

    Returns
    -------
    list of Finding
    """
    return [*_sums(figures), *_within(figures), *_shares(figures)]


def _sums(figures: Figures) -> Findings:
    for whole_id, ids in PARTS:
        printed = figures.every([whole_id, *ids])
        if printed is None:
            continue
        whole, *parts = printed
        total = sum(part.value for part in parts)
        added, fits = " + ".join(map(str, parts)), total == whole.value
        reason = f"The parts add up: {added} = {whole}."
        if not fits:
            reason = f"The parts, {added} = {total:g}, are not the whole, {whole}."
        yield judge(SUMS, printed, fits, reason)


def _within(figures: Figures) -> Findings:
    for pair in NESTED:
        part, whole = figures.every(pair) or (None, None)
        # A group that fits has nothing to say of itself; one that does not is blamed with its whole.
        if part and whole and part.value > whole.value:
            reason = f"A group of {part} cannot be part of a group of {whole}."
            yield judge(SUMS, [part, whole], False, reason)


def _shares(figures: Figures) -> Findings:
    for id, rate in figures.matching(chapter="efficacy", statistic="rate").items():
        counted = figures.every([replace(id, statistic="count"), patients(id.group, id.stratum)])
        if counted is None or not counted[1].value:
            continue
        events, whole = counted
        share = 100 * events.value / whole.value
        fits = bool(rate.prints(share))
        prints = "prints" if fits else "does not print"
        reason = f"{events} of {whole} is {share:.4g} %, which {prints} as {rate} %."
        yield judge(SHARES, [events, whole, rate], fits, reason)
