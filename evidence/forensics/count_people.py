"""The unknown numbers of patients of an abstract, with what holds of them whatever is printed.

Every population has an unknown size, and every question asked of it an unknown number of events. A part is
not larger than its whole, parts that share nobody are together not larger than it, and nobody is in neither
arm as long as the arms are taken for the whole study.
"""

from collections.abc import Iterable, Iterator, Mapping

from ortools.sat.python import cp_model

from evidence.claims.abstract import Abstract
from evidence.claims.groups import EVERYBODY
from evidence.forensics.taken import Key, Taken

LARGEST = 100_000  # patients of a study whose size is not printed
MOST = 10**9
ARMS = "the two arms are the whole study"
Cell = tuple[str, Key]


class People:
    """The unknowns that an abstract's claims are about, tied as any patients' are.

    Parameters
    ----------
    abstract : Abstract
    taken : iterable of Taken
        Claims of sizes, counts, percentages, P values of two proportions, and the words all, none and most.

    Attributes
    ----------
    model : CpModel
    sizes : dict of str to IntVar
        By population.
    events : dict of (str, (str, str)) to IntVar
        By population, and what is asked and when.
    literals : dict of str to IntVar
        By claim, and by what else can be let go of: `ARMS`, and the relations of the folder.
    """

    def __init__(self, abstract: Abstract, taken: Iterable[Taken]):
        self.abstract = abstract
        self.taken = {each.id: each for each in taken}
        self.model = cp_model.CpModel()
        self.largest = self._largest()
        self.sizes = {id: self.model.new_int_var(0, self.largest, f"n {id}") for id in abstract.populations}
        self.events = {cell: self._counted(cell) for cell in self._cells()}
        self.literals = {id: self.model.new_bool_var(id) for id in (*self.taken, ARMS)}
        self._parts(self.sizes)
        self._events_of_parts()
        self._levels()
        self._ties()

    def _largest(self) -> int:
        """Return the most patients that are searched: as many as a count is the smallest percentage of."""
        claims = [each.claim for each in self.taken.values()]
        total = sum(claim.figure.value for claim in claims if claim.quantity in ("n", "count"))
        exact = [
            claim.figure for claim in claims if claim.quantity == "percent" and claim.figure.bound == "="
        ]
        shares = [figure.low for figure in exact if figure.low > 0]
        most = total * 100 / min(shares, default=100)
        return int(max(LARGEST, total, min(most, MOST)))

    def _counted(self, cell: Cell) -> cp_model.IntVar:
        population, key = cell
        size = self.sizes[population]
        events = self.model.new_int_var(0, self.largest, f"{key} {population}")
        self.model.add(events <= size)
        if not key[0]:
            self.model.add(events == size)  # the share that the population itself is of another one
        return events

    def _cells(self) -> list[Cell]:
        """List whose events are asked for: claims', and what ties those of the two arms."""
        asked = {
            (population, each.key)
            for each in self.taken.values()
            if each.claim.quantity != "n"
            for population in filter(None, (each.population, each.versus))
        }
        for whole, parts in self.abstract.parts_by_arm:
            keys = {key for population, key in asked if population == whole}
            asked |= {
                (part, key) for key in keys for part in parts if any((each, key) in asked for each in parts)
            }
        return sorted(asked)

    def _parts(self, numbers: Mapping[str, cp_model.LinearExprT]) -> None:
        """Tie numbers of one thing: a part is not more than the whole, nor are parts that share nobody."""
        abstract = self.abstract
        for whole, inside, apart in abstract.parts_among(tuple(numbers)):
            for id in inside:
                self.model.add(numbers[id] <= numbers[whole])
            for clique in apart:
                self.model.add(sum(numbers[id] for id in clique) <= numbers[whole])
        for whole, parts in abstract.parts_by_arm:
            if whole in numbers and all(part in numbers for part in parts):
                together = self.model.add(sum(numbers[part] for part in parts) >= numbers[whole])
                together.only_enforce_if(self.literals[ARMS])

    def _events_of_parts(self) -> None:
        for key in {key for _, key in self.events}:
            asked = {id: events for (id, own), events in self.events.items() if own == key}
            self._parts(asked)
            # Whoever has no event is a part of those without in the whole.
            self._parts({id: self.sizes[id] - events for id, events in asked.items()})

    def _levels(self) -> None:
        """Let levels of one variable, in the same patients, exclude each other."""
        groups: dict[tuple[str, str, str], list[cp_model.IntVar]] = {}
        for (population, (variable, at)), events in self.events.items():
            name, equals, _ = variable.partition("=")
            if equals:
                groups.setdefault((population, name, at), []).append(events)
        for (population, _, _), events in groups.items():
            self.model.add(sum(events) <= self.sizes[population])

    def _ties(self) -> None:
        """Add what the folder's own relations say of sizes, counts and variables."""
        for number, relation in enumerate(self.abstract.relations):
            if relation.kind == "before":
                continue
            literal = self.literals.setdefault(f"relation {number + 1}", self.model.new_bool_var("relation"))
            for members, whole in self._related(relation.members, relation.total):
                # Without a total, what is a part of what is told by the order of the members.
                total = whole if relation.total or relation.kind != "subset" else None
                for constraint in self._tied(relation.kind, members, total):
                    constraint.only_enforce_if(literal)

    def _tied(self, kind: str, members: list[cp_model.IntVar], total: cp_model.IntVar | None) -> Iterator:
        if kind == "sum" and total is not None:
            yield self.model.add(sum(members) == total)
        elif kind == "disjoint" and total is not None:
            yield self.model.add(sum(members) <= total)
        elif kind == "subset" and total is not None:
            yield from (self.model.add(member <= total) for member in members)
        elif kind in ("equal", "subset"):
            for first, second in zip(members, members[1:], strict=False):
                yield self.model.add(first == second if kind == "equal" else first <= second)

    def _related(
        self, members: tuple[str, ...], total: str
    ) -> Iterator[tuple[list[cp_model.IntVar], cp_model.IntVar | None]]:
        """Give the unknowns that a relation ties: of claims or populations, or of variables in each group."""
        alone = [self.unknown(member) for member in members]
        if all(each is not None for each in alone):
            whole = self.unknown(total) if total else None
            if not total and all(member in self.sizes for member in members):
                whole = self.sizes[EVERYBODY]
            yield [each for each in alone if each is not None], whole
            return
        for population, at in sorted({(population, key[1]) for population, key in self.events}):
            cells = [(population, (member, at)) for member in members]
            if all(cell in self.events for cell in cells):
                whole = self.events.get((population, (total, at)))
                if total in ("", population):
                    whole = self.sizes[population]
                yield [self.events[cell] for cell in cells], whole

    def unknown(self, id: str) -> cp_model.IntVar | None:
        """Return the unknown that a claim or a population is about.

        Parameters
        ----------
        id : str

        Returns
        -------
        IntVar or None
            None where it is neither, or no number of patients.
        """
        if id in self.sizes:
            return self.sizes[id]
        each = self.taken.get(id)
        if each is None or each.claim.quantity not in ("n", "count"):
            return None
        return (
            self.sizes[each.population]
            if each.claim.quantity == "n"
            else self.events[each.population, each.key]
        )
