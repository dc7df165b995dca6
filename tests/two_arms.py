"""The data of two groups that several tests of survival share, as r_survival.R takes them."""

import pandas as pd
from reference import data

TWO_ARMS = ("bmt35", "gehan42", "veteran137", "pbc312")


def two_arms(name: str) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return time, event and group of one data set of `TWO_ARMS`."""
    frame = data(name)
    if name == "bmt35":
        return frame["ftime"], frame["status"] > 0, frame["dis"]
    if name == "gehan42":
        return frame["time"], frame["cens"], frame["mp6"]
    event = frame["status"] == 2 if name == "pbc312" else frame["status"]
    return frame["time"], event, frame["trt"] - 1
