"""Gray's test and groups entered during follow-up beside R; registered with the other comparisons."""

import json

import numpy as np
import pandas as pd

from helpers.estimators import competing, log_rank, survival
from reference import HERE, data
from reference.comparisons import against

R = json.loads((HERE / "r_survival.json").read_text(encoding="utf-8"))
COMPETING = {  # data set: its columns of time, cause and group
    "bmt35": ("ftime", "status", "dis"),
    "pbc312": ("time", "status", "trt"),
    "mgus241": ("time", "cause", "sex"),
}
CAUSES = {0: "censored", 1: "relapse", 2: "death"}
COURSES = ("jasa1", "mgus_progressed", "pbc_split")


def courses(name):
    """Return start, stop, event and x (in the second group), as r_survival.R makes them."""
    if name == "jasa1":
        return data("jasa1").rename(columns={"transplant": "x"})
    if name == "mgus_progressed":
        frame = data("mgus241")
        return _entered(frame["futime"], frame["death"] == 1, frame["time"].where(frame["cause"] == 1))
    frame = data("pbc312")
    third = (np.arange(len(frame)) + 1) % 3 == 0
    return _entered(frame["time"], frame["status"] == 2, pd.Series(1000.0, frame.index).where(third))


def _entered(time, event, at):
    later = at < time
    one = pd.DataFrame({"start": 0.0, "stop": at.where(later, time), "event": event & ~later, "x": False})
    two = pd.DataFrame({"start": at, "stop": time, "event": event, "x": True})[later]
    return pd.concat([one, two])


@against("cmprsk::cuminc")
def gray_test():
    for name, columns in COMPETING.items():
        months, causes, group = (data(name)[column] for column in columns)
        for place, cause in (("1", "relapse"), ("2", "death")):
            result = competing.gray_test(months, causes.map(CAUSES), group == group.iloc[0], cause)
            r = R["gray"][name][place]
            yield name, result, {"estimate": r["stat"], "p_value": r["pv"]}


@against("survival::coxph, exact ties, score test")
def mantel_byar():
    for name in COURSES:
        frame = courses(name)
        result = log_rank.mantel_byar(frame["start"], frame["stop"], frame["event"], frame["x"])
        yield name, result, {"estimate": R[name]["mantel_byar"]}


@against("survival::survfit, counting process")
def delayed_entry_at():
    for name in COURSES:
        for exposed in (0, 1):
            frame, r = courses(name), R[name][f"x{exposed}"]
            frame = frame[frame["x"] == exposed]
            for place, time in enumerate(r["time"]):
                result = survival.delayed_entry_at(frame["start"], frame["stop"], frame["event"], time)
                keys = {"estimate": "surv", "ci_low": "lower", "ci_high": "upper"}
                yield name, result, {field: r[key][place] for field, key in keys.items()}
