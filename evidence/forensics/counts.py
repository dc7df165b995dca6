"""Findings on counts: parts against wholes, and percentages against their printed counts."""

from itertools import pairwise

from evidence.claims.printed import Figure, Figures
from evidence.forensics.finding import CAN_HOLD, CANNOT_HOLD, Finding
from helpers.ground.endpoints import ARMS, STATUSES

PATIENTS = "cohort.patients.count"
SUMS = "sums of counts"
SHARES = "percentages of printed counts"
# A whole: its parts, which leave nobody out.
PARTS = {
    f"{PATIENTS}.all": [
        [f"{PATIENTS}.all.{status}" for status in STATUSES],
        [f"{PATIENTS}.{arm}" for arm in ARMS],
        [f"cohort.cycles_{number}.count.all" for number in range(1, 5)],
    ],
    f"{PATIENTS}.all.relapsed_refractory": [[f"{PATIENTS}.{arm}.relapsed_refractory" for arm in ARMS]],
    "immune.patients.count.all": [[f"immune.patients.count.{arm}" for arm in ARMS]],
}
# From the group to the larger one that contains it.
CHAINS = [
    *([f"{PATIENTS}.{arm}.relapsed_refractory", f"{PATIENTS}.{arm}", f"{PATIENTS}.all"] for arm in ARMS),
    *([f"immune.patients.count.{arm}", f"{PATIENTS}.{arm}"] for arm in ARMS),
    ["immune.patients.count.all", f"{PATIENTS}.all"],
    ["cohort.centres.count.all", f"{PATIENTS}.all"],
    *(
        [f"efficacy.{outcome}.count.{arm}.relapsed_refractory", f"{PATIENTS}.{arm}.relapsed_refractory"]
        for outcome in ("response", "mrd_negativity")
        for arm in ARMS
    ),
]


def findings(figures: Figures) -> list[Finding]:
    """Check every printed whole against its parts, every group against the larger one, and every share."""
    return [*_sums(figures), *_within(figures), *_shares(figures)]


def _sums(figures: Figures) -> list[Finding]:
    found = []
    for whole_id, partitions in PARTS.items():
        whole = figures.get(whole_id)
        for ids in partitions:
            parts = [figures.get(id) for id in ids]
            if whole is None or None in parts:
                continue
            total = sum(part.value for part in parts)
            fits = total == whole.value
            added = " + ".join(map(str, parts))
            reason = f"The parts add up: {added} = {whole}."
            if not fits:
                reason = f"The parts, {added} = {total:g}, are not the whole, {whole}."
            found.append(_finding(SUMS, [whole, *parts], fits, reason))
    return found


def _within(figures: Figures) -> list[Finding]:
    found = []
    for chain in CHAINS:
        for part, whole in pairwise(figures.get(id) for id in chain):
            if part is None or whole is None or part.value <= whole.value:
                continue
            reason = f"A group of {part} cannot be part of a group of {whole}."
            found.append(_finding(SUMS, [part, whole], False, reason))
    return found


def _shares(figures: Figures) -> list[Finding]:
    found = []
    for id, rate in figures.matching("efficacy.").items():
        _, outcome, statistic, group, *stratum = id.split(".")
        place = ".".join([group, *stratum])
        count = figures.get(f"efficacy.{outcome}.count.{place}")
        patients = figures.get(f"{PATIENTS}.{place}")
        if statistic != "rate" or count is None or patients is None or not patients.value:
            continue
        share = 100 * count.value / patients.value
        fits = bool(rate.prints(share))
        prints = "prints" if fits else "does not print"
        reason = f"{count} of {patients} is {share:.4g} %, which {prints} as {rate} %."
        found.append(_finding(SHARES, [count, patients, rate], fits, reason))
    return found


def _finding(search: str, figures: list[Figure], fits: bool, reason: str) -> Finding:
    claims = tuple(figure.claim for figure in figures)
    return Finding(search, claims, CAN_HOLD if fits else CANNOT_HOLD, reason)
