"""Reading: the words for rows of a file, and the error of a file that cannot be read."""

import pandas as pd

# Stands in a cell of which a problem was told as it was read, so that no rule tells of it again.
REFUSED = "\ue000"


class UnreadableError(Exception):
    """A file that cannot be read: each argument is a problem, with what to do about it."""


def spans(lines: list[int], most: int = 5) -> str:
    """Name rows of a file, neighbours as a span.

    Parameters
    ----------
    lines : list of int
        Ascending.
    most : int
        How many spans are named; of the others there is a count.

    Returns
    -------
    str

    Examples
    --------
    >>> spans([7]), spans([2, 3, 4, 9])
    ('row 7', 'rows 2-4, 9')
    >>> spans([*range(1, 20, 2)], most=2)
    'rows 1, 3 and 8 more'
    """
    if len(lines) == 1:
        return f"row {lines[0]}"
    breaks = [0, *(i for i in range(1, len(lines)) if lines[i] != lines[i - 1] + 1), len(lines)]
    found = [lines[start:end] for start, end in zip(breaks, breaks[1:], strict=False)]
    named = ", ".join(f"{each[0]}-{each[-1]}" if len(each) > 1 else f"{each[0]}" for each in found[:most])
    left = sum(map(len, found[most:]))
    return f"rows {named} and {left:,} more" if left else f"rows {named}"


def broken_line(name: str, rows: pd.Index, column: str, rule: str) -> str:
    """Say in which rows of a file a rule is broken, without a value.

    Parameters
    ----------
    name : str
        Of the file.
    rows : Index of int
    column, rule : str

    Returns
    -------
    str
    """
    masked = "value not shown" if len(rows) == 1 else f"{len(rows):,} values not shown"
    return f"{name}: {spans([*rows])}, column {column}: {rule} ({masked})"
