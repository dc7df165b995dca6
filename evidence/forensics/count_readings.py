"""Other ways to take claims about numbers of patients that exclude each other, the most usual first."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, combinations

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.forensics.taken import TRUNCATED, UNCONDITIONAL, Taken, as_worded, named_tests
from evidence.forensics.two_by_two import EVERY, SIDE, TESTS

SOME_IN_NEITHER = "some patients are in neither arm"


@dataclass(frozen=True)
class Reading:
    """Another way to take some claims.

    Attributes
    ----------
    name : str
        What is read, in words.
    taken : tuple of Taken
        The claims that are taken otherwise.
    is_worded : bool
        Whether the words allow it; if not they are contradicted, and it says what may be meant.
    """

    name: str
    taken: tuple[Taken, ...]
    is_worded: bool

    @property
    def changed(self) -> dict[str, Taken]:
        """The claims that are taken otherwise, by id.

        Returns
        -------
        dict of str to Taken
        """
        return {each.id: each for each in self.taken}

    def applied(self, taken: list[Taken]) -> list[Taken]:
        """Take all claims by this reading.

        Parameters
        ----------
        taken : list of Taken
            As they are taken without it.

        Returns
        -------
        list of Taken
            In the same order.
        """
        changed = self.changed
        return [changed.get(each.id, each) for each in taken]


def readings(abstract: Abstract, taken: list[Taken], own: list[Taken], needs_arms: bool) -> Iterator[Reading]:
    """List other ways to take the claims of a conflict, the most usual first.

    Parameters
    ----------
    abstract : Abstract
    taken : list of Taken
        All claims as they are taken.
    own : list of Taken
        Those of the conflict.
    needs_arms : bool
        Whether the conflict rests on the arms being the whole study.

    Yields
    ------
    Reading
    """
    tests = [each for each in own if each.claim.quantity == "p_value"]
    percents = [each for each in own if each.claim.quantity == "percent"]
    shares = _each_once(percents, _of_the_same(taken, tests))
    keys = {each.key for each in (*shares, *tests)}
    family = [each for each in taken if each.key in keys and each.claim.quantity in ("percent", "p_value")]
    groups = {each.denominator for each in family if each.claim.quantity == "percent"}
    # Who cuts percentages off, or leaves patients out, may do so in all that is printed of a group.
    beside = [each for each in taken if each.claim.quantity == "percent" and each.denominator in groups]
    for claims in (shares + tests, family, _each_once(family, beside)):
        for name, changed in _usual(abstract, claims):
            # Where the sentence itself says of how many a percentage is, fewer cannot be meant.
            sized = [each for each in changed if each.is_evaluable and abstract.is_sized_beside(each.claim)]
            yield Reading(name, changed, not sized)
    other = tuple(each.by(tests=tuple(TESTS)) for each in tests if named_tests(abstract, each.claim))
    if other:
        yield Reading("another test than the one that is named", other, False)
    if tests:
        of_all = tuple(each.by(whole_groups=True) for each in tests)
        evaluable = tuple(each.by(is_evaluable=True) for each in shares)
        yield Reading("a test of all patients beside percentages of fewer", of_all + evaluable, False)
    yield from _of_neighbours(abstract, taken, own)
    if needs_arms:
        sizes = tuple(each for each in own if each.claim.quantity == "n")
        yield Reading(SOME_IN_NEITHER, sizes or tuple(own), False)


def exchanged(
    abstract: Abstract, taken: list[Taken], own: list[Taken], troubled: Collection[str]
) -> Iterator[Reading]:
    """Take the percentages of two groups for each other's, where both are in a conflict.

    Parameters
    ----------
    abstract : Abstract
    taken, own : list of Taken
        As of `readings`.
    troubled : collection of str
        Claims of any conflict.

    Yields
    ------
    Reading
    """
    pairs = [set(parts) for _, parts in abstract.parts_by_arm]
    for one in own:
        for other in taken:
            both = {one.claim.quantity, other.claim.quantity} == {"percent"} and other.key == one.key
            if both and other.id in troubled and {one.population, other.population} in pairs:
                swapped = (one.by(claim=_printing(one, other)), other.by(claim=_printing(other, one)))
                yield Reading("the percentages of the two groups exchanged", swapped, False)


def _printing(own: Taken, other: Taken) -> PrintedClaim:
    return replace(own.claim, value=other.claim.value)


def _usual(abstract: Abstract, claims: list[Taken]) -> Iterator[tuple[str, tuple[Taken, ...]]]:
    """Give the readings that words allow, and the claims as they are then taken: one departure, two, three.

    Each begins from the words, whatever the claims were taken for beside other conflicts.
    """
    departures: tuple[tuple[str, Callable[[Taken], Taken]], ...] = (
        ("an exact unconditional test (Suissa-Shuster or Boschloo)", partial(_unconditional, abstract)),
        ("a one-sided test", _one_sided),
        ("percentages that are cut off, not rounded", _cut_off),
        ("evaluable patients, fewer than the group has", _evaluable),
    )
    for number in range(1, len(departures)):
        for chosen in combinations(departures, number):
            changed = [as_worded(abstract, each.claim) for each in claims]
            for _, departure in chosen:
                others = [departure(each) for each in changed]
                if others == changed:
                    break  # this one changes nothing
                changed = others
            else:
                yield " and ".join(name for name, _ in chosen), tuple(changed)


def _unconditional(abstract: Abstract, each: Taken) -> Taken:
    is_open = each.claim.quantity == "p_value" and not named_tests(abstract, each.claim)
    return each.by(tests=UNCONDITIONAL) if is_open else each


def _one_sided(each: Taken) -> Taken:
    tests = tuple(f"{test}{SIDE}" for test in each.tests if f"{test}{SIDE}" in EVERY)
    return each.by(tests=tests) if tests else each


def _cut_off(each: Taken) -> Taken:
    return each.by(rounding=TRUNCATED) if each.claim.quantity == "percent" else each


def _evaluable(each: Taken) -> Taken:
    return each.by(is_evaluable=True)


def _each_once(*groups: Collection[Taken]) -> list[Taken]:
    return list({each.id: each for each in chain(*groups)}.values())


def _of_the_same(taken: list[Taken], tests: list[Taken]) -> list[Taken]:
    """List the percentages that the P values of a conflict compare."""
    return [
        each
        for each in taken
        for test in tests
        if each.claim.quantity == "percent"
        and each.key == test.key
        and each.population in (test.population, test.versus)
    ]


def _of_neighbours(abstract: Abstract, taken: list[Taken], own: list[Taken]) -> Iterator[Reading]:
    """Take percentages, words and the P values between them of neighbouring populations.

    Two groups that are compared move together; a percentage or a word alone moves alone.
    """
    moving = _compared_with(taken, own)
    has_counts = any(_is_counted(taken, each) for each in moving)
    for whole, pair in abstract.parts_by_arm:
        changed = tuple(moved for each in moving if (moved := _moved(abstract, each, pair)) is not None)
        if changed and len(changed) == len(moving) and not has_counts:
            yield Reading(f"the figures of “{abstract.label(whole)}”, arm by arm", changed, False)
    for each in (each for each in own if each.claim.quantity in ("percent", "word")):
        for id in abstract.populations:
            if id in (each.population, each.denominator) or not _are_neighbours(abstract, id, each):
                continue
            if _is_counted(taken, each):
                moved = each.by(denominator=id)
                yield Reading(f"a percentage of “{abstract.label(id)}”", (moved,), False)
            else:
                moved = each.by(population=id, denominator=id)
                yield Reading(f"the figure of “{abstract.label(id)}”", (moved,), False)


def _is_counted(taken: list[Taken], each: Taken) -> bool:
    """Tell whether the count behind a percentage is printed too: it then stays, whatever it is a part of."""
    return each.claim.quantity == "percent" and any(
        other.claim.quantity == "count" and (other.population, other.key) == (each.population, each.key)
        for other in taken
    )


def _compared_with(taken: list[Taken], own: list[Taken]) -> list[Taken]:
    """List the percentages and P values of a conflict, and those that are compared with them."""
    moving = [each for each in own if each.claim.quantity in ("percent", "p_value")]
    tests = [
        each
        for each in taken
        if each.claim.quantity == "p_value"
        and any(
            each.key == other.key and other.population in (each.population, each.versus) for other in moving
        )
    ]
    return _each_once(moving, tests, _of_the_same(taken, tests))


def _moved(abstract: Abstract, each: Taken, pair: tuple[str, ...]) -> Taken | None:
    """Take a claim of the part of another population in the same arm."""
    to = dict(zip(abstract.arms, pair, strict=True))
    arm, other = abstract.arm_of(each.population), abstract.arm_of(each.versus) if each.versus else ""
    if arm not in to or to[arm] == each.population or (each.versus and other not in to):
        return None
    denominator = to[arm] if each.denominator else ""
    return each.by(population=to[arm], versus=to.get(other, ""), denominator=denominator)


def _are_neighbours(abstract: Abstract, id: str, each: Taken) -> bool:
    """Tell whether a population is a whole or a part of a claim's, beside it, or near it in the text."""
    own, populations = each.population, abstract.populations
    if any(
        claim.population == id
        and abs(claim.sentence - each.claim.sentence) <= 1
        and claim.variable == each.key[0]
        for claim in abstract.claims
    ):
        return True
    nested = id in abstract.ancestors(own) or own in abstract.ancestors(id)
    beside = populations[id].parent == populations[own].parent
    return nested or (beside and bool(each.claim.quantity == "percent"))
