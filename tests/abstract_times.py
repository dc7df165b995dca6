"""Time the ledger of abstracts, each as a process of its own; nothing here passes or fails.

Run as ``python tests/abstract_times.py``, or as a part of ``make bench``.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]  # the engine beside these tests, whatever else is installed

from made_up_abstracts import Made, Printer, Row, description  # noqa: E402

CLAIMS = 60


def size(value: int, population: str) -> Row:
    """Write the size of a group."""
    return {"id": f"n_{population}", "quantity": "n", "value": str(value), "population": population}


def share(quantity: str, value: str, population: str) -> Row:
    """Write a count or a percentage of one outcome."""
    return {
        "id": f"yes_{population}",
        "quantity": quantity,
        "value": value,
        "population": population,
        "variable": "x",
    }


def p_value(value: str) -> Row:
    """Write the P value between the arms."""
    return {
        "id": "p",
        "quantity": "p_value",
        "value": value,
        "population": "a",
        "versus": "b",
        "variable": "x",
    }


def sixty() -> Made:
    """Print a study in sixty claims."""
    printer = Printer(np.random.default_rng(1), 60, 120)
    made = printer.made()
    while len(made.rows) < CLAIMS:
        printer.sentence += 1
        printer.outcome(f"outcome_{printer.sentence}")
    return Made(made.study, made.rows[:CLAIMS], made.how)


def tables() -> dict[str, Made]:
    """Print two percentages and a P value, with more or fewer sizes, and some large groups."""
    shares = [share("percent", "63", "a"), share("percent", "51", "b")]
    arms = [size(300, "a"), size(280, "b")]
    large = [size(10_000, "a"), size(10_000, "b")]
    cases = {
        "arms of 300 and 280, a P value that fits": [*arms, *shares, p_value("0.0062")],
        "arms of 300 and 280, one that does not": [*arms, *shares, p_value("0.400")],
        "580 patients, arms not printed": [size(580, "all"), *shares, p_value("0.0062")],
        "580 patients, one that does not": [size(580, "all"), *shares, p_value("0.00000062")],
        "no size at all": [*shares, p_value("0.0062")],
        "arms of 10,000, percentages": [*large, *shares, p_value("0.0062")],
        "arms of 10,000, counts": [
            *large,
            share("count", "6300", "a"),
            share("count", "6100", "b"),
            p_value("0.0036"),
        ],
        "arms of 10,000, one that does not": [
            *large,
            share("count", "6300", "a"),
            share("count", "6100", "b"),
            p_value("0.9"),
        ],
    }
    return {name: Made(description([]), rows) for name, rows in cases.items()}


ALONE = """
import sys, time
from pathlib import Path
begun = time.perf_counter()
from evidence.claims import folder
from evidence.ledger.of_abstract import ledger
loaded = time.perf_counter()
found = ledger(folder.load(Path(sys.argv[1])))
counted = found["verdict"].value_counts()
print(f"{loaded - begun:9.2f} {time.perf_counter() - loaded:9.2f}  ", end="")
print(", ".join(f"{number} {verdict}" for verdict, number in counted.items()))
"""


def main() -> None:
    """Time each abstract from a new process, imports apart, and print what it was judged."""
    print(f"  {'abstract':<42} {'whole':>8} {'imports':>9} {'ledger':>9}   verdicts (seconds)")
    for name, made in {f"{CLAIMS} claims": sixty(), **tables()}.items():
        with made.folder() as place:
            begun = time.perf_counter()
            command = [sys.executable, "-c", ALONE, str(place)]
            said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE.parent).stdout
            print(f"  {name:<42} {time.perf_counter() - begun:8.2f} {said.rstrip()}", flush=True)


if __name__ == "__main__":
    main()
