"""Figures computed by R, and the data sets that they were computed on."""

import json
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
FIGURES = json.loads((HERE / "r_reference.json").read_text(encoding="utf-8"))
MORE = json.loads((HERE / "r_more.json").read_text(encoding="utf-8"))


def data(name):
    """Read one of the data sets beside this file."""
    return pd.read_csv(HERE / "data" / f"{name}.csv")
