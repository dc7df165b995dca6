"""Random small data sets for the estimators: each is the arguments of an estimator by name, ready for JSON.

They are made awkward on purpose: ties, zero cells, separated outcomes, one event, events only, from three
patients up.
"""

import numpy as np

LARGEST = 24  # patients of a set


def share(random):
    """Draw the events of one arm."""
    table = two_by_two(random)
    return {"events": table["events_1"], "n": table["n_1"]}


def two_by_two(random, most=30):
    """Draw a table of two arms; an arm's rate is often 0 or 1."""
    n_1, n_0 = (int(size) for size in random.integers(1, most + 1, 2))
    rates = [random.choice([0.0, 1.0, 0.05, 0.95, random.random(), random.random()]) for _ in range(2)]
    events_1, events_0 = (int(random.binomial(n, rate)) for n, rate in zip((n_1, n_0), rates, strict=True))
    return {"events_1": events_1, "n_1": n_1, "events_0": events_0, "n_0": n_0}


def small_two_by_two(random):
    """Draw a table of two small arms, for what is enumerated."""
    return two_by_two(random, most=9)


def two_tables(random):
    """Draw two tables of two arms."""
    return {"first": two_by_two(random), "second": two_by_two(random)}


def strata_of_two_by_two(random):
    return {"tables": [list(two_by_two(random, 12).values()) for _ in range(random.integers(2, 4))]}


def score(random):
    """Draw a table and a hypothetical difference."""
    return two_by_two(random) | {"difference": round(float(random.uniform(-0.99, 0.99)), 3)}


def posterior(random):
    """Draw a table, of large arms now and then, and the prior of either arm."""
    table = two_by_two(random, most=int(random.choice([12, 40, 20_000])))
    priors = [[0.5, 0.5], [1.0, 1.0], [2.0, 5.0], [0.1, 0.1]]
    return table | {f"prior_{arm}": priors[random.integers(len(priors))] for arm in (1, 0)}


def ratio(random):
    """Draw a ratio with an interval, or without one."""
    centre, below, above = np.exp(random.normal(0, 1)), *np.exp(-random.exponential(1, 2))
    found = {"estimate": centre, "ci_low": centre * below, "ci_high": centre / above}
    if random.random() < 0.1:
        found |= {"ci_low": None, "ci_high": None}
    return {"ratio": {key: value and round(float(value), 4) for key, value in found.items()}}


def p_values(random):
    """Draw a family of P values with ties, zeros, ones and missing members."""
    drawn = random.choice([0.0, 1.0, 0.01, 0.04, *random.random(6).round(3)], random.integers(1, 9))
    return {"p_values": [None if random.random() < 0.15 else float(p) for p in drawn]}


def values(random, size, positive=False):
    """Draw numbers: often tied, now and then all alike or far from the others."""
    kind = random.choice(["alike", "few", "some", "skewed", "normal"], p=[0.03, 0.22, 0.25, 0.2, 0.3])
    drawn = {
        "alike": lambda: np.full(size, random.integers(0, 4)),
        "few": lambda: random.integers(0, 3, size),
        "some": lambda: random.integers(0, 12, size),
        "skewed": lambda: np.round(random.lognormal(0, 2, size), 2),
        "normal": lambda: np.round(random.normal(5, 3, size), random.integers(1, 3)),
    }[kind]()
    return [float(value) for value in (np.abs(drawn) if positive else drawn)]


def two_samples(random, positive=False):
    """Draw two samples, of one value and more."""
    return {name: values(random, random.integers(1, 12), positive) for name in ("x", "y")}


def positive_samples(random):
    """Draw two samples without negative values."""
    return two_samples(random, positive=True)


def two_samples_of_categories(random):
    """Draw two samples of up to four categories."""
    names = list("abcd")[: random.integers(1, 5)]
    return {name: [str(value) for value in random.choice(names, random.integers(1, 12))] for name in "xy"}


def measurements(random):
    """Draw two measurements of the same patients, alike now and then."""
    x = values(random, random.integers(3, 14))
    y = [value + 1 for value in x] if random.random() < 0.1 else values(random, len(x))
    return {"x": x, "y": y}


def pairs(random, positive=False):
    """Draw values before and after, unchanged now and then."""
    before = values(random, random.integers(3, 14), positive)
    after = values(random, len(before), positive)
    unchanged = random.random(len(before)) < random.choice([0, 0.3, 0.9], p=[0.6, 0.3, 0.1])
    return {
        "before": before,
        "after": [one if same else other for one, other, same in zip(before, after, unchanged, strict=True)],
    }


def positive_pairs(random):
    """Draw pairs without negative values."""
    return pairs(random, positive=True)


def sample_quantile(random):
    """Draw numbers and which quantile is wanted by which rule."""
    return {
        "values": values(random, random.integers(1, 20)),
        "q": float(random.choice([0, 0.1, 0.25, 0.5, 0.75, 0.9, 1])),
        "kind": int(random.choice([7, 6, 2])),
    }


def sample(random):
    """Draw numbers."""
    return {"values": values(random, random.integers(1, 20))}


def with_errors(random):
    """Draw probabilities with their standard errors, some of them 0 or 1."""
    estimate = random.choice([0, 1, *random.random(6).round(3)], random.integers(1, 6))
    return {"estimate": estimate.tolist(), "error": random.choice([0, 0.05, 0.3], len(estimate)).tolist()}


def with_error(random):
    """Draw a difference that is smaller than a largest one, with its standard error."""
    most = float(random.choice([1, 12, 24]))
    estimate = most * random.uniform(-0.99, 0.99)
    return {"estimate": estimate, "error": float(most * random.choice([0.01, 0.1, 0.5])), "most": most}


def share_with_error(random):
    """Draw a quantity between 0 and a largest one, with its standard error."""
    found = with_error(random)
    return found | {"estimate": abs(found["estimate"]) or 0.5}


# Time to an event


def _size(random):
    return int(random.integers(3, LARGEST + 1))


def _times(random, size):
    drawn = random.integers(1, random.choice([4, 12, 40]), size) + random.choice([0, 0.5])
    drawn = drawn if random.random() < 0.6 else np.round(random.exponential(10, size) + 0.1, 1)
    return np.where(random.random(size) < 0.02, 0.0, drawn)


def _yes_or_no(random, size):
    """Draw an indicator: one, half, most or all; rarely none."""
    rate = random.choice(["one", 0, 0.2, 0.5, 0.8, 1], p=[0.1, 0.02, 0.2, 0.4, 0.2, 0.08])
    if rate == "one":
        return (np.arange(size) == random.integers(size)).astype(int)
    return (random.random(size) < float(rate)).astype(int)


def survival(random):
    """Draw follow-up and event indicator."""
    size = _size(random)
    return {"months": _times(random, size).tolist(), "event": _yes_or_no(random, size).tolist()}


def survival_at(random):
    """Draw follow-up, event indicator and the month asked about, often one of theirs."""
    found = survival(random)
    months = [*found["months"], *np.round(random.uniform(0, max(found["months"]) * 1.1 + 0.1, 3), 1)]
    return found | {"time": float(random.choice(months))}


def survival_horizon(random):
    """Draw follow-up, event indicator and a horizon after month 0."""
    found = survival_at(random)
    return found | {"horizon": max(found.pop("time"), 0.5)}


def months_and_times(random):
    """Draw follow-up and the months asked about."""
    found = survival(random)
    return {"months": found["months"], "times": sorted({0.0, *found["months"][:4], 5.5})}


def two_groups(random):
    """Draw follow-up, event indicator and group."""
    found = survival(random)
    return found | {"group": _yes_or_no(random, len(found["months"])).tolist()}


def two_groups_weighted(random):
    """Draw two groups and the powers of a weight."""
    powers = [(0, 0), (1, 0), (0, 1), (1, 1), (0.5, 2)][random.integers(5)]
    return two_groups(random) | {"early": powers[0], "late": powers[1]}


def two_groups_horizon(random):
    """Draw two groups and a horizon."""
    found = survival_horizon(random)
    return found | {"group": _yes_or_no(random, len(found["months"])).tolist()}


def hazard(random):
    """Draw follow-up, event indicator and a covariate, an indicator in half of the sets."""
    found = two_groups(random)
    covariate = found.pop("group")
    return found | {"covariate": covariate if random.random() < 0.5 else values(random, len(covariate))}


def courses(random, covariate="exposed"):
    """Draw patients of whom some change to a second state during follow-up: one row a state."""
    months = _times(random, _size(random)) + 0.5
    events = _yes_or_no(random, len(months))
    rows = []
    for month, event in zip(months, events, strict=True):
        at = float(np.round(random.uniform(0, month), random.integers(2)))
        if random.random() < 0.5 and 0 < at < month:
            rows += [(0.0, at, 0, 0), (at, float(month), int(event), 1)]
        else:
            rows.append((0.0, float(month), int(event), int(random.random() < 0.1)))
    return dict(zip(("start", "stop", "event", covariate), map(list, zip(*rows, strict=True)), strict=True))


def time_dependent(random):
    """Draw courses whose state is the covariate."""
    return courses(random, "covariate")


def entries(random):
    """Draw patients at risk from an entry on, the first of them alone now and then."""
    size = _size(random)
    start = np.round(random.integers(0, 8, size) * random.choice([0, 1]), 1)
    stop = start + np.maximum(_times(random, size), 0.5)
    event = _yes_or_no(random, size)
    return {"start": start.tolist(), "stop": stop.tolist(), "event": event.tolist()}


def entries_at(random):
    """Draw entries and the month asked about."""
    found = entries(random)
    return found | {"time": float(random.choice([*found["stop"], 0.0, 3.3, 7.7]))}


def entries_and_times(random):
    """Draw entries and the months asked about."""
    found = entries(random)
    return {"start": found["start"], "stop": found["stop"], "times": sorted({*found["stop"][:4], 0.0, 5.0})}


def competing(random):
    """Draw follow-up and first event of two causes."""
    size = _size(random)
    names = [["censored", "a", "b"], ["censored", "a"], ["a", "b"], ["censored", "b"]][random.integers(4)]
    cause = random.choice(names, size)
    return {"months": _times(random, size).tolist(), "cause": [str(name) for name in cause], "of": "a"}


def competing_at(random):
    """Draw two causes and the month asked about."""
    found = competing(random)
    return found | {"time": float(random.choice([*found["months"], 2.2, 9.9]))}


def competing_groups(random):
    """Draw two causes in two groups."""
    found = competing(random)
    return found | {"group": _yes_or_no(random, len(found["months"])).tolist()}


# A yes or no and its covariates


def regression(random, most=3):
    """Draw an outcome and one covariate or more; an outcome may be separated, covariates may be collinear."""
    size = int(random.integers(3, 2 * LARGEST))
    names = [f"x{place}" for place in range(random.integers(1, most + 1))]
    columns = {
        name: values(random, size) if random.random() < 0.5 else _yes_or_no(random, size).tolist()
        for name in names
    }
    if len(names) > 1 and random.random() < 0.05:
        columns["x1"] = [2 * value + 1 for value in columns["x0"]]
    first = np.array(columns["x0"], float)
    spread = first.std() or 1.0
    strength = random.choice([0, 0.5, 1, 2, 50], p=[0.3, 0.3, 0.2, 0.15, 0.05])
    chance = 1 / (1 + np.exp(-random.normal(0, 1) - strength * (first - first.mean()) / spread))
    return {"outcome": (random.random(size) < chance).astype(int).tolist(), "covariates": columns}


def regression_curve(random):
    """Draw a regression and where its curve over the first covariate is wanted."""
    found = regression(random)
    held = {name: round(float(np.median(column)), 3) for name, column in found["covariates"].items()}
    held.pop("x0")
    first = found["covariates"]["x0"]
    places = [round(float(place), 3) for place in np.linspace(min(first), max(first), 3)]
    return found | {"over": "x0", "values": places, "held": held}


def weighted_curve(random):
    """Draw a regression with its curve, by maximum likelihood or with Firth's penalty."""
    return regression_curve(random) | {"penalised": bool(random.choice([False, True]))}


def bent_regression(random):
    """Draw a regression and the shape of its first covariate."""
    found = regression(random, most=2)
    return found | {"over": "x0", "shape": str(random.choice(["spline", "quadratic"]))}


def bent_curve(random):
    """Draw a regression with its curve under a shape."""
    return regression_curve(random) | {"shape": str(random.choice(["line", "spline", "quadratic"]))}


def spline(random):
    """Draw values and three rising knots."""
    return {
        "values": values(random, random.integers(1, 12)),
        "knots": np.cumsum(random.choice([0.5, 1, 3], 3)).tolist(),
    }


def modelled(random):
    """Draw how often each patient counts, so that outcome and covariates vary by themselves."""
    while True:
        found = regression(random)
        counts = random.integers(0, 3, len(found["outcome"]))
        rows = np.repeat(np.arange(len(counts)), counts)
        design = np.column_stack([np.ones(len(counts)), *found["covariates"].values()])[rows]
        outcome = np.array(found["outcome"])[rows]
        enough = len(rows) and np.linalg.matrix_rank(design) == design.shape[1] < len(rows)
        if enough and 0 < outcome.sum() < len(outcome):
            return found | {"counts": counts.tolist(), "penalised": bool(random.integers(2))}


def treatment(random):
    """Draw a treatment with its covariates and an outcome."""
    found = regression(random, most=2)
    treated = found.pop("outcome")
    return found | {"treated": treated, "outcome": _yes_or_no(random, len(treated)).tolist()}


def cut(random):
    """Draw an outcome, two arms and a measurement."""
    size = _size(random)
    return {
        "outcome": _yes_or_no(random, size).tolist(),
        "treated": _yes_or_no(random, size).tolist(),
        "values": values(random, size),
    }
