"""Samples with positive values, paired and not, cut out of the data sets."""

from reference import data


def paired(name):
    if name == "gehan_pairs21":
        frame = data(name)
        return frame["control"], frame["mp6"]
    if name == "sim_treg11":
        frame = data(name)
        return frame["base"], frame["d28"]
    if name == "sleep10":
        frame = data(name)
        return frame["drug_1"], frame["drug_2"]
    frame = data("endometrial79")
    if name == "endometrial79_first12":
        frame = frame.head(12)
    return frame["PI"], frame["EH"]


def two_samples(name):
    if name == "gehan_11v10":
        frame = data("gehan_pairs21")
        return frame["mp6"][:11], frame["control"][11:]
    value, group = {"gehan42": ("time", "mp6"), "endometrial79": ("EH", "HG"), "mtcars32": ("mpg", "am")}[
        name
    ]
    frame = data(name)
    return frame.loc[frame[group] == 1, value], frame.loc[frame[group] == 0, value]
