"""Curves over time: what must hold between probabilities, medians, events and numbers at risk, in percent.

Kaplan-Meier survival and the cumulative incidence (of Kaplan-Meier or of Aalen and Johansen) are meant.

References
----------
Kaplan EL, Meier P (1958). Journal of the American Statistical Association 53, 457-481. Efron B (1967).
Proceedings of the Fifth Berkeley Symposium 4, 831-853 (mass of the censored goes to those still at risk).
Cutler SJ, Ederer F (1958). Journal of Chronic Diseases 8, 699-712 (the life table).
"""

from math import inf

from evidence.claims.printed import Figure
from evidence.forensics.ways import Way, meets, truncated

TRIED = "Kaplan-Meier estimates with every order of events and censorings, life tables, truncated percentages"
# A month is 30, 30.4375 or 30.5 days in print, a year 360 to 366: times so close may be the same or swapped.
SAME_TIME = 0.02
# A year is 12 months, 365 or 366 days, and 52 weeks: times so close are the same as worded.
ONE_TIME = 0.004
MOST_STEPS = 200_000  # of the search for a probability; beyond, its bounds decide


def at_two_times(earlier: Figure, later: Figure, rises: bool = False) -> list[Way]:
    """List the ways by which two probabilities of one curve are printed.

    Parameters
    ----------
    earlier, later : Figure
        In percent.
    rises : bool
        Whether it is a cumulative incidence, which does not fall, and not a survival, which does not rise.

    Returns
    -------
    list of Way
    """
    below, above = (earlier, later) if rises else (later, earlier)
    named = "a curve that does not fall" if rises else "a curve that does not rise"
    if below.decimals == above.decimals and below.bound == above.bound == "=":
        # One rule of rounding, whichever, keeps the order of the numbers.
        return [Way(named)] if below.value <= above.value else []
    if below.low <= above.high:
        return [Way(named)]
    cut = [truncated(each) if each.bound == "=" else each for each in (below, above)]
    return [Way(f"{named}, truncated", False)] if cut[0].low <= cut[1].high else []


def at_one_time(one: Figure, other: Figure) -> list[Way]:
    """List the ways by which one probability is printed twice.

    Parameters
    ----------
    one, other : Figure
        In percent.

    Returns
    -------
    list of Way
    """
    orders = at_two_times(one, other), at_two_times(other, one)
    if not all(orders):
        return []
    is_usual = all(ways[0].usual for ways in orders)
    return [Way("one probability" if is_usual else "one probability, truncated", is_usual)]


def beside_median(median: Figure | None, probability: Figure, at: float, rises: bool = False) -> list[Way]:
    """List the ways by which a median time and a probability at another time are printed.

    All definitions of a median agree on this much: before it half or more are left, from it on half or fewer;
    where the curve is flat at a half the median may be the beginning of that piece, its middle or its end.

    Parameters
    ----------
    median : Figure or None
        None where it is not reached.
    probability : Figure
        In percent.
    at : float
        Time of the probability, in the unit of the median.
    rises : bool
        Whether the probability is that of having had the event.

    Returns
    -------
    list of Way
    """
    low, high = (inf, inf) if median is None else median.window
    name = "a median that is not reached" if median is None else f"a median of {median}"
    half_or_fewer, half_or_more = meets(probability, -inf, 50), meets(probability, 50, inf)
    if rises:
        half_or_fewer, half_or_more = half_or_more, half_or_fewer
    before, after = at <= high * (1 + SAME_TIME), at >= low * (1 - SAME_TIME)
    fits = (before and half_or_more) or (after and half_or_fewer)
    return [Way(f"{name} beside the probability at {at:g}")] if fits else []


def with_events(
    probability: Figure, patients: int, events: tuple[int, int], at_risk: int = 0, rises: bool = False
) -> list[Way]:
    """List the ways by which a probability at a time is printed of so many patients with so many events.

    Parameters
    ----------
    probability : Figure
        In percent.
    patients : int
        All patients at the beginning.
    events : tuple of int
        Fewest and most events by the time: from 0 to all of the study where only those are printed, for a
        survival; the same number twice where those by the time are printed.
    at_risk : int
        Patients known to be still at risk after the time; 0 where not printed.
    rises : bool
        Whether it is a cumulative incidence; then `events` are those of its kind.

    Returns
    -------
    list of Way
    """
    readings = {"": (probability, True)}
    if probability.bound == "=":
        readings[", truncated"] = (truncated(probability), False)
    for cut, (figure, usual) in readings.items():
        numbers = range(events[0], min(events[1], patients - at_risk) + 1)
        within = [number for number in numbers if _within(figure, patients, number, at_risk, rises)]
        if not within:
            continue
        if rises or any(_reached(figure, patients, number, at_risk) for number in within):
            name = "a cumulative incidence" if rises else "a Kaplan-Meier estimate"
            return [Way(f"{name} of {patients} patients{cut}", usual)]
        return [Way(f"a life-table estimate of {patients} patients{cut}", False)]
    return []


def bounds(patients: int, events: int, at_risk: int = 0) -> tuple[float, float]:
    """Return the least and the greatest survival, as fractions, after so many events.

    The factors of the estimate are (r - 1) / r, one for each event, tied ones one after the other, with r
    patients at risk: other whole numbers each time, the largest no more than all patients and the smallest
    more than those still at risk afterwards. The product is greatest for the largest r, where it telescopes
    to (n - d) / n, and least for the smallest, m / (m + d). A life table puts n less half of the censored
    into a factor, which lies between the same ends. So does 1 less an incidence beside competing events: each
    patient begins with a share of 1 / n, which the censored leave to those still at risk, so that an event
    has 1 / n or more, and each of d events no more than each of the m that are left, who all have the same.

    Parameters
    ----------
    patients, events, at_risk : int

    Returns
    -------
    float, float
    """
    return (at_risk / (at_risk + events) if events else 1.0), (patients - events) / patients


def _within(figure: Figure, patients: int, events: int, at_risk: int, rises: bool) -> bool:
    low, high = (100 * end for end in bounds(patients, events, at_risk))
    return meets(figure, 100 - high, 100 - low) if rises else meets(figure, low, high)


def _reached(figure: Figure, patients: int, events: int, at_risk: int) -> bool:
    """Tell whether some numbers at risk print a survival; True too where there are too many to try."""
    steps = 0
    # Events still to come, most patients at risk, product so far.
    open_ends = [(events, patients, 100.0)]
    while open_ends and steps < MOST_STEPS:
        left, most, product = open_ends.pop()
        if not left:
            return True
        steps += most - at_risk
        for number in range(at_risk + left, most + 1):
            rest = product * (number - 1) / number
            low, high = bounds(number - 1, left - 1, at_risk) if number > 1 else (1.0, 1.0)
            if meets(figure, rest * low, rest * high):
                open_ends.append((left - 1, number - 1, rest))
    return bool(open_ends)
