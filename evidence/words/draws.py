"""Chapter 7: how the cohorts were drawn and whether the draws can be trusted, in tables and numbers."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from evidence.ensemble import calibration
from evidence.ensemble.families import FAMILIES
from evidence.words.labels import named
from helpers.ground.standing import OPEN
from helpers.printing import prose

# The blocks of `evidence.ensemble.drawing`, which would be slow to import here.
AGREED, ENOUGH = 1.05, 400  # the largest R-hat and the smallest effective size that are asked for
SIMULATED = "Simulated truths: no evidence about patients"
HELD = (0.92, 0.98)  # of known truths in a 95% band, beyond which it is said
PARTS = {"survival": "event times", "marrow": "blasts and ages", "immune": "immune panel"}
BINS = 10  # of ranks, in the test of whether they are even


def mixing(ranges: pd.DataFrame) -> pd.DataFrame:
    """Give for each family the largest R-hat and the smallest effective size of its results.

    Parameters
    ----------
    ranges : DataFrame
        The whole table of standing and ranges.

    Returns
    -------
    DataFrame of str
    """
    known = ranges.set_index("id")
    rows = [
        {
            "Results": family,
            "Number": str(len(ids)),
            "Largest R-hat": prose.fixed(known.loc[map(str, ids), "r_hat"].max(), 3),
            "Smallest effective size": prose.fixed(known.loc[map(str, ids), "effective_size"].min(), 0),
        }
        for family, ids in FAMILIES.items()
    ]
    return pd.DataFrame(rows)


def trusted_sentence(ranges: pd.DataFrame, ranks: pd.DataFrame) -> str:
    """Say in short how far the groups agree, and how often the bands held truths that were known.

    Parameters
    ----------
    ranges : DataFrame
        The whole table of standing and ranges.
    ranks : DataFrame
        As `evidence.ensemble.store.calibrations` reads them.

    Returns
    -------
    str
    """
    searched = ranges["id"].isin([str(id) for ids in FAMILIES.values() for id in ids])
    known = ranges[ranges["standing"].eq(OPEN) & ranges["effective_size"].notna()]
    agreed = (
        f"Groups that were drawn apart agree: of the {searched.sum()} results that were searched, "
        f"{_agreement(ranges[searched])}; of the {len(known)} open results that vary from cohort to cohort, "
        f"{_agreement(known)}{_below(known)}."
    )
    if not len(ranks):
        return agreed
    summary = calibration.summary(ranks, BINS)
    return (
        f"{agreed} Of {summary['truths'].max():.0f} truths that were known, the 95% bands of "
        f"{len(summary)} results held {prose.percentage(summary['covered'].min())} to "
        f"{prose.percentage(summary['covered'].max())}, on average "
        f"{prose.percentage(summary['covered'].mean())}; {_outside(summary['covered'])}."
    )


def _agreement(rows: pd.DataFrame) -> str:
    return (
        f"R-hat is at most {prose.fixed(rows['r_hat'].max(), 3)} and the effective size at least "
        f"{prose.fixed(rows['effective_size'].min(), 0)}"
    )


def _below(rows: pd.DataFrame) -> str:
    few = int((rows["effective_size"] < ENOUGH).sum())
    return f" ({few} below {ENOUGH}, where one value is rare)" if few else ""


def _outside(covered: pd.Series) -> str:
    outside = int((~covered.between(*HELD)).sum())
    return f"{outside} of them outside {' to '.join(prose.percentage(end) for end in HELD)}"


def ancestors_sentence(manifest: Mapping[str, Any]) -> str:
    """Say from how many first draws the draws of a group descend.

    Parameters
    ----------
    manifest : dict
        As `evidence.ensemble.store.manifest` reads it.

    Returns
    -------
    str
    """
    of_group = -(-manifest["members"] // manifest["groups"])
    fewest = [
        f"{min(counts)} first draw{'s' * (min(counts) != 1)} ({PARTS[block]})"
        for block, counts in manifest["ancestors"].items()
    ]
    return (
        f"A group has {of_group} draws. In the group with the fewest they descend from "
        f"{', '.join(fewest)}. After that each draw of {_moved(manifest['ancestors'])} was "
        "moved on its own; whether they were moved far enough apart, R-hat and the effective size judge."
    )


def descent_sentence(manifest: Mapping[str, Any]) -> str:
    """Say in short what `ancestors_sentence` tells of each part of the cohorts.

    Parameters
    ----------
    manifest : dict
        As `evidence.ensemble.store.manifest` reads it.

    Returns
    -------
    str
    """
    ancestors = manifest["ancestors"]
    return (
        f"The draws of a group descend from few first draws, at worst from "
        f"{min(min(counts) for counts in ancestors.values())}; those of {_moved(ancestors)} were then moved "
        "one by one."
    )


def _moved(blocks: Iterable[str]) -> str:
    """Name the blocks whose draws are moved after they are chosen, which those of the panel are not."""
    return " and of ".join(PARTS[block] for block in blocks if block != "immune")


def one_more(table: pd.DataFrame, ranges: pd.DataFrame, number: int = 8) -> pd.DataFrame:
    """Print which single further figure would narrow the hazard ratio of death most.

    Parameters
    ----------
    table : DataFrame
        As `evidence.ensemble.settling.narrowing` returns it.
    ranges : DataFrame
        The whole table of standing and ranges.
    number : int
        Of lines.

    Returns
    -------
    DataFrame of str
    """
    known = ranges.set_index("id", drop=False)
    told = table.dropna(subset=["left"])
    # Numbers of which one fixes the other, as deaths in the two arms do, are one line.
    together = told.groupby(["left", "covered"], sort=False)["candidate"].agg(list).head(number)
    return pd.DataFrame(
        {
            "Were this printed": [" or ".join(named(known.loc[id]) for id in ids) for ids in together],
            "Width left": [f"about {prose.percentage(left)}" for left, _ in together.index],
            "Cohorts it is read from": [prose.percentage(covered) for _, covered in together.index],
        }
    )


def calibration_sentence(ranks: pd.DataFrame) -> str:
    """Say what calibration is, and whether it was run.

    Parameters
    ----------
    ranks : DataFrame
        As `evidence.ensemble.store.calibrations` reads them.

    Returns
    -------
    str
    """
    why = (
        "That groups agree, and that every figure prints, does not show that the draws are right. Truths "
        "drawn from the prior, printed as an abstract would print them and sampled again do: a band of 95% "
        "should hold the truth in 95 of 100, and its rank among the draws should be any equally often."
    )
    return why if len(ranks) else f"{why} This was not yet done for the cohorts shown here."


def calibrated(ranks: pd.DataFrame) -> pd.DataFrame:
    """Print how often the bands held the truth that was printed and sampled again.

    Parameters
    ----------
    ranks : DataFrame
        As `evidence.ensemble.store.calibrations` reads them.

    Returns
    -------
    DataFrame of str
    """
    rows = [
        {
            "Block": PARTS[block][0].upper() + PARTS[block][1:],
            "Results": str(len(part)),
            "Truths": f"{part['truths'].max():.0f}",
            "Inside the 95% bands": prose.percentage(part["covered"].mean()),
            "Least and most": f"{prose.percentage(part['covered'].min())} to "
            f"{prose.percentage(part['covered'].max())}",
            "P, ranks even": prose.p_figure(min(1.0, len(part) * part["p_value"].min())),
        }
        for block, part in calibration.summary(ranks, BINS).groupby("block", sort=False)
    ]
    return pd.DataFrame(rows)


def calibration_note() -> str:
    """Say how the table of what the bands held was made.

    Returns
    -------
    str
    """
    return (
        "95% bands of simulated truths, smallest and largest share over the results of a block. P, ranks "
        f"even: the smallest of the block's chi-square tests of ranks in {BINS} equal bins, one test a "
        "result, times their number (Bonferroni within the block)."
    )


def ranks_alt(ranks: pd.DataFrame) -> str:
    """Describe the rank histograms.

    Parameters
    ----------
    ranks : DataFrame
        As `evidence.ensemble.store.calibrations` reads them.

    Returns
    -------
    str
    """
    count = ranks.groupby(["block", "result"]).ngroups
    return (
        f"{count} small histograms of the rank of the truth among the draws, one a result, with a dashed "
        "line at the height of even ranks."
    )
