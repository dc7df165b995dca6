"""Calibration of the immune panel: truths drawn from the prior, printed as the abstract prints, and sampled.

The truths are drawn here a second time, in plain numpy and in the order of the story (places first), and are
tested with scipy; only the laws are shared with the sampler. So an error in its weights, its windows or its
tests shows as ranks that are not even. A truth is a panel in which every test exists and every direction that
the abstract states has a sign; what the abstract calls or leaves "not significant" is printed as what it is
in the truth.

``python -m evidence.ensemble.immune_calibration`` writes `PATH` truth by truth and goes on where it was
stopped. Kin among the draws widen the ranks, so `EFFORT` keeps far more panels at each level than are drawn.
P values have the decimals of `evidence.ensemble.calibration.p_decimals`.

References
----------
Talts, Betancourt, Simpson, Vehtari, Gelman (2018), arXiv:1804.06788.
"""

from collections.abc import Iterator, Mapping
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

from evidence.annealing.anneal import State
from evidence.annealing.statistics import mann_whitney_z, signed_rank_z
from evidence.claims.claim import DIRECTIONS
from evidence.claims.load import load
from evidence.ensemble.calibration import COLUMNS, covered, p_decimals, rank
from evidence.ensemble.immune import LAWS, Effort, Law, NoPanelError, sample
from evidence.ensemble.immune_figures import FAMILIES, POPULATIONS, Printed, read
from evidence.ensemble.immune_kernels import BIG, FARTHEST
from evidence.this_abstract.abstract import ALPHA, ARMS, CONTRAST, VISITS, immune
from helpers.ground.paths import ROOT
from helpers.ground.results import ResultId

PATH = ROOT / "data" / "ensemble" / "calibration_immune.csv"
TRUTHS, SEED = 200, 11
EFFORT = Effort(wanted=19, breadth=256)
EQUAL = 1e-9  # closer results are the same, computed in another order
SIGNS = {1: ("increases", "higher"), -1: ("decreases", "lower")}


class NotPrintableError(ValueError):
    """A truth of which the abstract could not have been written."""


def panel(
    sizes: tuple[int, ...], whole: int, laws: Mapping[str, Law], rng: np.random.Generator
) -> np.ndarray:
    """Draw one panel from the prior.

    Parameters
    ----------
    sizes : tuple of int
        Patients of each arm.
    whole : int
        What 100 % is in units recorded.
    laws : mapping of str to Law
    rng : Generator

    Returns
    -------
    array of int, (populations, visits, patients)
    """
    drawn = np.empty((len(POPULATIONS), len(VISITS), sum(sizes)), dtype=int)
    places = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    for members, patients in product(FAMILIES, places):
        room = np.full((len(VISITS), len(patients)), whole)
        for part, number in enumerate(members):
            share = _shares(laws[POPULATIONS[number]], len(patients), rng)
            recorded = np.floor(room * share + 0.5).astype(int)
            drawn[number][:, patients] = np.clip(recorded, 1, room - 1 if part == 0 else room)
            room = room - drawn[number][:, patients]
    return drawn


def _shares(law: Law, patients: int, rng: np.random.Generator) -> np.ndarray:
    low, high = (np.log(share / (1 - share)) for share in law.centre)
    earlier = rng.normal(rng.uniform(low, high), rng.uniform(*law.spread), patients)
    shift = FARTHEST * law.shift + 1
    while abs(shift) > FARTHEST * law.shift:
        shift = rng.normal(0, law.shift)
    later = earlier + rng.normal(shift, rng.uniform(*law.change), patients)
    return 1 / (1 + np.exp(-np.stack([earlier, later])))


def numbers(truth: np.ndarray, sizes: tuple[int, ...], whole: int) -> dict[tuple[ResultId, bool], float]:
    """Compute what an abstract may print of a panel.

    Parameters
    ----------
    truth : array of int, (populations, visits, patients)
    sizes : tuple of int
    whole : int

    Returns
    -------
    dict of (ResultId, bool) to float
        Whether it is the P value of the result; medians in percent.
    """
    found: dict[tuple[ResultId, bool], float] = {}
    members = dict(zip(ARMS, np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1]), strict=True))
    for name, samples in zip(POPULATIONS, truth, strict=True):
        for arm, patients in members.items():
            before, after = samples[:, patients]
            for visit, values in zip(VISITS, (before, after), strict=True):
                found[immune(name, f"median_{visit}", arm), False] = np.median(values) * 100 / whole
            found[immune(name, "median_change", arm), False] = np.median(after - before)
            found[immune(name, "signed_rank", arm), True] = _signed_rank(after - before)
        ratios = [np.round(samples[1] / samples[0], 10)[patients] for patients in members.values()]
        shift = np.median(np.subtract.outer(*ratios)).round(9)
        found[immune(name, "ratio_hodges_lehmann", CONTRAST), False] = shift
        found[immune(name, "ratio_mann_whitney", CONTRAST), True] = _mann_whitney(*ratios)
    return found


def _signed_rank(change: np.ndarray) -> float:
    if np.count_nonzero(change) < 2:
        raise NotPrintableError("fewer than two differences are not 0")
    return float(stats.wilcoxon(change, zero_method="wilcox", correction=False, method="asymptotic").pvalue)


def _mann_whitney(one: np.ndarray, other: np.ndarray) -> float:
    if np.ptp(np.concatenate([one, other])) == 0:
        raise NotPrintableError("all ratios are equal")
    return float(stats.mannwhitneyu(one, other, use_continuity=False, method="asymptotic").pvalue)


def printed(truth: np.ndarray, sizes: tuple[int, ...], whole: int, claims: pd.DataFrame) -> pd.DataFrame:
    """Print a panel where the abstract prints its own.

    Parameters
    ----------
    truth : array of int, (populations, visits, patients)
    sizes : tuple of int
    whole : int
    claims : DataFrame
        As `evidence.claims.load.load` returns it.

    Returns
    -------
    DataFrame
        The claims, with the values, directions and significance of the truth.

    Raises
    ------
    NotPrintableError
        If a test does not exist or a stated direction has no sign.
    """
    known, changed = numbers(truth, sizes, whole), claims.copy()
    for row in claims[claims["result_id"].ne("")].itertuples():
        is_p = row.unit == "p_value" or row.relation in ("significant", "not_significant")
        number = known.get((ResultId.parse(row.result_id), is_p))
        if number is None:
            continue
        if row.relation == "equals":
            decimals = p_decimals(number) if is_p else row.decimals
            changed.loc[row.Index, "value"] = np.floor(number * 10**decimals + 0.5) / 10**decimals
            changed.loc[row.Index, "decimals"] = decimals
        elif row.relation in DIRECTIONS:
            changed.loc[row.Index, "relation"] = _direction(number, row.relation)
        else:
            changed.loc[row.Index, "relation"] = "significant" if number < ALPHA else "not_significant"
    return changed


def _direction(number: float, said: str) -> str:
    if number == 0:
        raise NotPrintableError("a stated direction has no sign")
    return SIGNS[int(np.sign(number))][said in ("higher", "lower")]


def results(state: State, windows: Printed) -> dict[str, np.ndarray]:
    """Compute the open results of many panels.

    Parameters
    ----------
    state : State
        As `evidence.ensemble.immune.Panels` has it.
    windows : Printed
        What is printed is left out.

    Returns
    -------
    dict of str to array, (draws,)
        By result id: medians, Hodges-Lehmann changes, P values, correlation of baseline and change in an arm;
        Hodges-Lehmann shift of the ratios and its P value between the arms. In units recorded.
    """
    return {f"{id}{suffix}": values for id, suffix, values in _results(state, windows)}


def _results(state: State, windows: Printed) -> Iterator[tuple[ResultId, str, np.ndarray]]:
    first = np.arange(sum(windows.sizes)) < windows.sizes[0]
    for number, name in enumerate(POPULATIONS):
        before, after = state["baseline"][:, number], state["day28"][:, number]
        for place, (arm, members) in enumerate(zip(ARMS, (first, ~first), strict=True)):
            own, change = before[:, members], (after - before)[:, members]
            for visit, values in zip(VISITS, (own, after[:, members]), strict=True):
                if windows.medians[number, place, VISITS.index(visit), 1] == BIG:
                    yield immune(name, f"median_{visit}", arm), "", np.median(values, axis=1)
            upper = np.triu_indices(own.shape[1])
            walsh = change[:, upper[0]] + change[:, upper[1]]
            yield immune(name, "hodges_lehmann", arm), "", np.median(walsh, axis=1) / 2
            yield immune(name, "correlation", arm), "", _correlation(own, change)
            if windows.medians[number, place, 0, 1] == BIG:
                yield immune(name, "signed_rank", arm), ":p", _p_values(signed_rank_z(change))
        ratio = np.round(after / before, 10)
        pairs = (ratio[:, first, None] - ratio[:, None, ~first]).reshape(len(ratio), -1)
        yield immune(name, "ratio_hodges_lehmann", CONTRAST), "", np.median(pairs, axis=1)
        yield immune(name, "ratio_mann_whitney", CONTRAST), ":p", _p_values(mann_whitney_z(ratio, first))


def _correlation(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    one, other = (values - values.mean(axis=1, keepdims=True) for values in (one, other))
    spread = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    return (one * other).sum(axis=1) / np.where(spread > 0, spread, 1)


def _p_values(z: np.ndarray) -> np.ndarray:
    return 2 * stats.norm.sf(np.abs(z)).round(12)


def ranks(
    number: int, claims: pd.DataFrame, effort: Effort, seed: int, supposed: Mapping[str, Law] = LAWS
) -> pd.DataFrame:
    """Draw one truth, print it, sample what agrees with the print, and rank the truth among the draws.

    Parameters
    ----------
    number : int
        Of the truth.
    claims : DataFrame
        Which figures are printed.
    effort : Effort
    seed : int
    supposed : mapping of str to Law
        From which the sampler draws; the truth always comes from `LAWS`.

    Returns
    -------
    DataFrame
        One row a result: block, result, truth, rank (0 to draws; ties broken at random), draws, covered by
        the middle 95 %. Empty where the sampler gave up.
    """
    rng = np.random.default_rng([seed, number])
    shape = read(claims)
    while True:
        truth = panel(shape.sizes, shape.whole, LAWS, rng)
        try:
            windows = read(printed(truth, shape.sizes, shape.whole, claims))
            break
        except NotPrintableError:
            continue
    try:
        drawn = results(sample(windows, effort, rng, supposed).state, windows)
    except NoPanelError:
        return pd.DataFrame()
    own = results({visit: truth[None, :, place] for place, visit in enumerate(VISITS)}, windows)
    return pd.DataFrame([_rank(number, id, own[id][0], values, rng) for id, values in drawn.items()])


def _rank(
    number: int, id: str, truth: float, values: np.ndarray, rng: np.random.Generator
) -> dict[str, object]:
    place = int(rank(truth, values, rng, EQUAL))
    held = bool(covered(place, len(values), rng.random()))
    return dict(zip(COLUMNS, ("immune", id, number, place, len(values), held), strict=True))


def main() -> None:
    """Rank the truths that `PATH` does not hold yet; one that is not reached stays out and is named."""
    claims = load()
    done = set(pd.read_csv(PATH)["truth"]) if PATH.exists() else set()
    for number in sorted(set(range(TRUTHS)) - done):
        table = ranks(number, claims, EFFORT, SEED)
        if table.empty:
            print(f"truth {number}: not reached")
        else:
            table.to_csv(PATH, mode="a", index=False, header=not PATH.exists())


if __name__ == "__main__":
    main()
