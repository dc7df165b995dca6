"""Count where our estimators and R part on random small data sets: ``make agreement``.

R runs once, on the sets of every estimator (or of those that are named). ``agreement.json`` keeps what was
counted, for the tables in ``README.md``; the smallest set on which an estimator differs goes into
``frozen.json``, which a test reads for good. Where R is absent the old counts stay, and only the comparison
on the data sets that came with R is made anew.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from math import inf, isinf, isnan, nan
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from reference import HERE, readme  # noqa: E402
from reference.rows import DEFINITIONS, ROWS, ours  # noqa: E402

SEED = 1
TOLERANCE = 1e-6
COUNTED, FROZEN = HERE / "agreement.json", HERE / "frozen.json"


def draw(name):
    """Draw the random sets of an estimator, the same ones each time."""
    row = ROWS[name]
    return [row.draw(np.random.default_rng([SEED, place, *name.encode()])) for place in range(row.sets)]


def ask_r(sets):
    """Run R once on the sets of every estimator; return its figures, and its versions."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "sets.json", Path(folder) / "figures.json"
        asked.write_text(json.dumps(sets))
        subprocess.run(["Rscript", str(HERE / "estimators.R"), str(asked), str(answered)], check=True)
        found = json.loads(answered.read_text())
    return found["figures"], found["versions"]


def distance(one, other, least):
    """Give the distance of a figure from R's, as a share of R's (of ``least`` where that is larger).

    It is infinite where one side alone has a figure.
    """
    one, other = (nan if value is None else float(value) for value in (one, other))
    if isnan(one) or isnan(other):
        return 0.0 if isnan(one) and isnan(other) else inf
    return abs(one - other) / max(abs(other), least)


def differences(name, drawn, r):
    """Compare our figures for a set with R's.

    Returns
    -------
    both : bool
        Whether both sides have a figure.
    apart : dict of str to float
        The distance of each figure; one that a definition explains is left out, an error counts as one.
    explained : bool
        Whether a definition explained a figure.
    """
    row = ROWS[name]
    try:
        found = ours(name, drawn)
    except Exception as error:  # whatever it is, R has no such thing
        return False, {f"{type(error).__name__}: {error}": inf}, False
    figures = {key: value for key, value in r.items() if key != ".error"}
    apart = {}
    for key in sorted(found.keys() | figures.keys()):
        least = 1e-6 if key.endswith("p_value") else row.smallest
        apart[key] = distance(found.get(key), figures.get(key), least)
    both = any(figures.get(key) is not None and not isnan(value) for key, value in found.items())
    explained = {
        key
        for key, value in apart.items()
        if value > TOLERANCE and any(DEFINITIONS[words](drawn, r, key) for words in row.unless)
    }
    return both, {key: value for key, value in apart.items() if key not in explained}, bool(explained)


def count(name, sets, figures):
    """Count the disagreements of one estimator; return the counts, and the sets that differ, small first."""
    found = [differences(name, drawn, r) for drawn, r in zip(sets, figures, strict=True)]
    differing = [
        {
            "estimator": name,
            "arguments": drawn,
            "r": r,
            "apart": {k: v for k, v in apart.items() if v > TOLERANCE},
        }
        for drawn, r, (_, apart, _) in zip(sets, figures, found, strict=True)
        if any(value > TOLERANCE for value in apart.values())
    ]
    differing.sort(key=lambda one: len(json.dumps(one["arguments"])))
    worst = max((value for _, apart, _ in found for value in apart.values()), default=0.0)
    counted = {
        "sets": len(sets),
        "both": sum(both for both, _, _ in found),
        "by_definition": sum(explained for _, _, explained in found),
        "disagreements": len(differing),
        "worst": None if isinf(worst) else worst,
        "smallest": differing[0]["arguments"] if differing else None,
    }
    return counted, differing


def freeze(differing):
    """Keep the smallest set that differs in a number, and the smallest on which one side has none."""
    kept = json.loads(FROZEN.read_text(encoding="utf-8")) if FROZEN.exists() else []
    known = [(one["estimator"], one["arguments"]) for one in kept]
    for one_sided in (False, True):
        found = (one for one in differing if isinf(max(one["apart"].values())) == one_sided)
        one = next(found, None)
        if one and (one["estimator"], one["arguments"]) not in known:
            r = {key: value for key, value in one["r"].items() if key != ".error"}
            kept.append(one | {"r": r, "apart": ", ".join(one["apart"]), "unmended": True})
    kept.sort(key=lambda one: one["estimator"])
    FROZEN.write_text("[\n" + ",\n".join(json.dumps(one) for one in kept) + "\n]\n", encoding="utf-8")


def main(names):
    """Compare the named estimators, or all; write what was counted and what is frozen."""
    counted = json.loads(COUNTED.read_text(encoding="utf-8")) if COUNTED.exists() else {"estimators": {}}
    sets = {name: draw(name) for name in names or ROWS}
    figures, counted["versions"] = ask_r(sets)
    for name, drawn in sets.items():
        counted["estimators"][name], differing = count(name, drawn, figures[name])
        freeze(differing)
        print(f"{name:<45} {counted['estimators'][name]}")
    counted["estimators"] = {
        name: counted["estimators"][name] for name in ROWS if name in counted["estimators"]
    }
    COUNTED.write_text(json.dumps(counted, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if shutil.which("Rscript"):
        main(sys.argv[1:])
    else:
        print("R is not on this machine: the counts on random sets stay as they are")
    readme.write()
