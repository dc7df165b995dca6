"""Sets of printed numbers of patients that exclude each other, the smallest that can be found."""

from collections.abc import Collection
from dataclasses import dataclass

from evidence.claims.abstract import Abstract
from evidence.forensics.count_people import ARMS
from evidence.forensics.count_system import WITHIN, CountSystem
from evidence.forensics.taken import Taken

MOST_ROWS = 10_000  # of a file of claims
RELATION = 10**13  # what leaving out a relation costs: more than all claims
# Of claims that exclude each other, what is looked at first to be left out of the smallest set, and what is
# left out last for the rest to hold.
FIRST_LEFT_OUT = {"n": 0, "count": 1, "percent": 2, "p_value": 3, "word": 4}


@dataclass(frozen=True)
class Conflict:
    """Claims that exclude each other, none of which can be left out.

    Attributes
    ----------
    claims : tuple of str
        Ids; with `ARMS` or a relation where that is needed for it.
    left_out : str
        The one that is set aside to look for others.
    """

    claims: tuple[str, ...]
    left_out: str


def found_in(system: CountSystem, but: Collection[str]) -> tuple[list[Conflict], bool]:
    """Leave out the fewest claims so that the rest can hold, and find for each what it stands against.

    Parameters
    ----------
    system : CountSystem
    but : collection of str
        Ids of claims that need not hold.

    Returns
    -------
    list of Conflict, bool
        And whether the search came to an end.
    """
    held = [id for id in system.literals if id not in but]
    if system.solve(held)[0]:
        return [], True  # which is found sooner than that nothing need be left out
    left_out = system.left_out({id: _cost(system, id) for id in held})
    if left_out is None:
        return [], False
    found, is_known = [], True
    rest = [id for id in held if id not in left_out]
    for id in (each for each in left_out if each in system.taken):  # a relation is no claim
        holds, core = system.solve([*rest, id])
        if holds is not False:
            is_known = False
            continue
        least = smallest(system, core)
        found.append(Conflict(tuple(sorted(least, key=lambda id: _place(system, id))), id))
    return found, is_known


def _cost(system: CountSystem, id: str) -> int:
    """Say what leaving out a claim costs: less where it has more readings, and the later it stands."""
    if id not in system.taken:
        return RELATION
    kind, row = _rank(system, id)
    return 10 ** (len(FIRST_LEFT_OUT) - kind) * MOST_ROWS - row


def found_without_pairs(
    abstract: Abstract, taken: list[Taken], but: Collection[str]
) -> tuple[list[Conflict], bool, list[Taken]]:
    """Find conflicts, and let go of P values in them whose groups may share patients.

    The tests here are of groups that share none; of pairs any other P value can be.

    Parameters
    ----------
    abstract : Abstract
    taken : list of Taken
    but : collection of str
        As of `found_in`.

    Returns
    -------
    list of Conflict, bool, list of Taken
        As of `found_in`; and the claims that are left.
    """
    while True:
        conflicts, is_known = found_in(CountSystem(abstract, taken), but)
        troubled = {id for conflict in conflicts for id in conflict.claims}
        left = [
            each
            for each in taken
            if each.id not in troubled
            or each.claim.quantity != "p_value"
            or abstract.are_disjoint(each.claim.population, each.claim.versus)
        ]
        if len(left) == len(taken):
            return conflicts, is_known, taken
        taken = left


def _rank(system: CountSystem, id: str) -> tuple[int, int]:
    claim = system.taken[id].claim if id in system.taken else None
    return (FIRST_LEFT_OUT[claim.quantity], claim.row) if claim else (-1, 0)


def _place(system: CountSystem, id: str) -> int:
    return system.taken[id].claim.row if id in system.taken else 10**6


def smallest(system: CountSystem, core: list[str]) -> list[str]:
    """Drop from claims that exclude each other whatever they do so without, in several orders.

    Parameters
    ----------
    system : CountSystem
    core : list of str
        Of its literals.

    Returns
    -------
    list of str
    """
    alone = CountSystem(system.abstract, [system.taken[id] for id in core if id in system.taken])
    if alone.solve(core)[0] is False:
        system = alone  # without the unknowns of other claims, and so in less time
    orders = [
        sorted(core, key=lambda id: _rank(system, id)),
        sorted(core, key=lambda id: _rank(system, id), reverse=True),
        sorted(core, key=lambda id: (_rank(system, id)[0], -_place(system, id))),
    ]
    found = []
    for order in orders:
        kept = list(order)
        for id in order:
            holds, _ = system.solve([each for each in kept if each != id])
            if holds is False:
                kept.remove(id)
        found.append(kept)
    return min(found, key=len)


def can_hold(
    abstract: Abstract, taken: list[Taken], but: Collection[str], searched: Collection[str] = ()
) -> bool | None:
    """Tell whether claims can hold together.

    Parameters
    ----------
    abstract : Abstract
    taken : list of Taken
    but : collection of str
        Ids of those that need not.
    searched : collection of str
        Ids of those of which it has to be shown, not only left open because their groups are too large.

    Returns
    -------
    bool or None
        None where the search comes to no end.
    """
    system = CountSystem(abstract, taken)
    held = [id for id in system.literals if id not in but]
    holds = system.solve(held)[0]
    within = [f"{WITHIN}{id}" for id in searched if id in system.within]
    is_shown = system.too_large.keys().isdisjoint(searched)
    if holds and is_shown and within:
        is_shown = bool(system.solve([*held, *within])[0])
    return None if holds and not is_shown else holds


def hold_alone(abstract: Abstract, taken: list[Taken], conflict: Conflict) -> bool:
    """Tell whether the claims of a conflict exclude each other no longer.

    Parameters
    ----------
    abstract : Abstract
    taken : list of Taken
        All claims, some of them read otherwise since.
    conflict : Conflict

    Returns
    -------
    bool
    """
    own = [each for each in taken if each.id in conflict.claims]
    held = [id for id in conflict.claims if id == ARMS or id in abstract.by_id]
    if CountSystem(abstract, own).solve(held)[0] is False:
        return False  # alone, without the unknowns of other claims, and so in less time
    return bool(CountSystem(abstract, taken).solve(conflict.claims)[0])
