"""A few claims of two groups, without a folder."""

from evidence.claims.abstract import Abstract, PrintedClaim
from evidence.claims.groups import Population

POPULATIONS = {"all": Population("all", "All", parent="")} | {
    id: Population(id, f"Arm {id}", arm=id, disjoint_with=("a",) if id == "b" else ()) for id in ("a", "b")
}


def abstract(*rows):
    """An abstract of two groups with some claims: quantity and value, then what differs from the rest."""
    plain = {"sentence": 1, "statement": "", "population": "a", "variable": "x"}
    claims = [
        PrintedClaim(**plain | {"row": row, "id": f"c{row}", "quantity": quantity, "value": value} | more)
        for row, (quantity, value, more) in enumerate(rows)
    ]
    return Abstract("A title", "A source", ("a", "b"), POPULATIONS, tuple(claims))


def outcomes(search, *rows):
    return {id: each.outcome for each in search.findings(abstract(*rows)) for id in each.claims}


def sizes(*numbers):
    return [("n", str(number), {"population": id}) for number, id in zip(numbers, "ab", strict=True)]
