"""Chapter 7: the laws by which the cohorts are drawn, in words, with the numbers that the draws use."""

from math import exp

from evidence.ensemble import immune, immune_kernels
from evidence.ensemble.assembly import REMISSION
from evidence.ensemble.immune_figures import FAMILIES, POPULATIONS
from evidence.ensemble.marrow import HIGHEST, LOWEST
from evidence.ensemble.prior import Prior
from evidence.this_abstract.abstract import STUDY
from helpers.printing import prose

NEUTRAL = Prior()
NINETEEN = 1.96  # standard deviations, within which nineteen of twenty draws of a normal law lie


def prior_sentence(prior: Prior = NEUTRAL) -> str:
    """Say what is supposed of patients where the print says nothing.

    Parameters
    ----------
    prior : Prior, optional

    Returns
    -------
    str
    """
    return (
        "The prior is neutral on purpose: both arms have the same laws, but for one log hazard ratio, "
        f"normal around 0 with standard deviation {prior.effect_sd:g}, that speeds up or slows down deaths "
        "and relapses alike; last contact is even up to the limit named above, which is ours; blasts of "
        f"relapsed/refractory patients are even on their side of the cut, from {LOWEST} to {HIGHEST}% in "
        f"all, those of patients in remission, of which nothing is printed, from {REMISSION[0]:g} to "
        f"{REMISSION[-1]:g}%; ages are even between the printed extremes; who responds is exchangeable "
        "within the solved counts."
    )


def immune_law() -> list[str]:
    """Say by which law the immune panel is drawn.

    Returns
    -------
    list of str
        One sentence or more for each part of the law.
    """
    law, shift = immune.Law(), NEUTRAL.immune_shift
    ends = exp(NINETEEN * shift)
    return [
        "**Recording**: whole per cents, as the medians are printed, since two printed P values exist only "
        "with ties. Every share is at least 1, as a ratio to 0 does not exist: no cohort has a zero. The "
        "print does not say whether there was one.",
        "**Level**: the patients of an arm lie around a centre, on the logit scale. The centre is even "
        f"there between {_span(law.centre)}; the patients are normal around it, with a standard deviation "
        f"that is even between {_numbers(law.spread)}.",
        f"**Change**: at {prose.inside(STUDY.ends[1].label)} an arm's shift on the same scale is normal "
        f"around 0 with standard deviation {shift:g} (odds times {prose.fixed(1 / ends, 2)} to "
        f"{prose.fixed(ends, 1)} in nineteen of twenty), cut at "
        f"{prose.spelled(int(immune_kernels.FARTHEST))} of them; the patients' changes are normal around "
        f"it, with a standard deviation that is even between {_numbers(law.change)}.",
        *_parts(),
        "**Arms and populations** are independent otherwise, and every arm has the same law.",
        "**Conditions**: the printed medians, P values and directions, those that only the conclusion names "
        "included; and no significant test where nothing is printed.",
    ]


def _parts() -> list[str]:
    """Say which population is drawn as a share of what another one leaves, and around which centre."""
    told = []
    for members in FAMILIES:
        first, *others = (POPULATIONS[member] for member in members)
        for other in others:
            centre = immune.LAWS[other].centre
            around = "" if centre == immune.Law().centre else f", with a centre between {_span(centre)}"
            told.append(f"{STUDY.label(other)} take a share of what {STUDY.label(first)} leave{around}")
    return [f"**Parts of one whole**: {'; '.join(told)}."] if told else []


def immune_level_sentence() -> str:
    """Say that the width of an unprinted level at baseline comes from the law.

    Returns
    -------
    str
    """
    return (
        f"So where no median is printed, the band of a share at {prose.inside(STUDY.ends[0].label)} shows "
        "this law, not the print: for a first population it is nearly as wide as the law itself, and "
        "narrower for what is left to the second."
    )


def immune_method_sentence() -> str:
    """Say how the immune panel is drawn under its conditions.

    Returns
    -------
    str
    """
    return (
        "The panel is drawn by splitting, and not by tempered moves: population by population and arm by "
        "arm each panel that prints so far gets the same number of draws of the next one, and those that "
        "print are kept. Nothing is moved, so no chain has to mix; what can be poor is the variety of the "
        "first draws from which the kept ones descend."
    )


def method_sentence() -> str:
    """Say how the blocks of a cohort are drawn.

    Returns
    -------
    str
    """
    return (
        "Event times, and blasts with ages, are drawn by tempered sequential Monte Carlo, the immune panel "
        "by splitting; each in independent groups. If the groups agree, R-hat is near 1, and the effective "
        "size says how many independent draws they are worth."
    )


def _span(shares: tuple[float, float]) -> str:
    return f"{100 * shares[0]:g} and {100 * shares[1]:g}%"


def _numbers(ends: tuple[float, float]) -> str:
    return f"{ends[0]:g} and {ends[1]:g}"
