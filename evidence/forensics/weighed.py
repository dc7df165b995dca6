"""From the ways by which claims can be true together to findings on them."""

from collections.abc import Iterator, Sequence

from evidence.claims.abstract import PrintedClaim
from evidence.forensics.finding import BY_READING, CAN_HOLD, CANNOT_HOLD, NOT_AS_WORDED, Finding
from evidence.forensics.ways import Way


def weighed(
    search: str,
    claims: Sequence[PrintedClaim],
    ways: Sequence[Way] | None,
    tried: str,
    otherwise: str = "",
    given: str = "",
    turns: bool = False,
    instead: Sequence[Way] = (),
    sizes: str = "",
) -> Iterator[Finding]:
    """Judge claims by the ways that were found.

    Parameters
    ----------
    search : str
    claims : sequence of PrintedClaim
        First the one that the search is about: what only a special reading prints is said of it alone.
    ways : sequence of Way, or None
        None where the search has no bearing on them.
    tried : str
        In words, all that the search tries.
    otherwise : str
        A reading that is open where no way was found, so that nothing is impossible; empty where none is.
    given : str
        What the other figures give instead, as a sentence; told where they do not fit as worded.
    turns : bool
        Whether that lies on the other side of the level of significance.
    instead : sequence of Way
        What the words exclude, such as another test than the one that is named: where nothing else prints the
        claims, they contradict these as worded.
    sizes : str
        Numbers of patients that were used, in words, where they are not among the claims.

    Yields
    ------
    Finding
    """
    if ways is None:
        return
    quoted = "; ".join([*(claim.quoted for claim in claims), *filter(None, [sizes])])
    ids = tuple(claim.id for claim in claims)
    usual = [way.name for way in ways if way.usual]
    if usual:
        yield Finding(search, ids, CAN_HOLD, f"{quoted}: these fit ({'; '.join(usual)}).")
    elif ways or otherwise:
        name = ways[0].name if ways else otherwise
        reason = _joined(f"{quoted}: these fit only by this reading: {name}.", given)
        yield Finding(search, ids[:1], BY_READING, reason, name)
        if ids[1:]:
            yield Finding(search, ids[1:], CAN_HOLD, reason)
    elif instead:
        name = instead[0].name
        reason = _joined(
            f"{quoted}: as worded these cannot be true together.", given, f"They can by this reading: {name}."
        )
        yield Finding(search, ids[:1], NOT_AS_WORDED, reason, name, quoted)
        if ids[1:]:
            yield Finding(search, ids[1:], CAN_HOLD, reason)
    else:
        yield Finding(
            search,
            ids,
            CANNOT_HOLD,
            _joined(f"{quoted}: these cannot be true together.", given, f"Tried: {tried}."),
            conflict=quoted,
            changes_conclusion=turns,
        )


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
