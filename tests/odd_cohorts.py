"""Whole cohorts of odd shapes, as a hospital's folder has them; drawn from a seed, nobody's rows."""

import html
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from lifelines.datasets import load_lung

FEW = """\
name = "{name}"
title = "Eight against twenty"
provenance = "patient-level"
source = "drawn for a test"
disclosure = "internal"
"""
MANY = """\
name = "{name}"
title = "Intensive against standard treatment"
provenance = "patient-level"
source = "drawn for a test"

[values.arm]
"A" = "intensive"
"B" = "standard"

[study]
title = "Intensive against standard treatment"
time_zero = "randomisation"
randomised = true
horizons = [12, 36]
characteristics = [
    {{ id = "sex", label = "Sex", column = "sex", levels = ["female", "male"], in_model = true }},
    {{ id = "prior_lines", label = "Prior lines", column = "prior_lines" }},
]

[[study.arms]]
id = "intensive"
label = "Intensive"
short = "intensive"
phrase = "intensive treatment"

[[study.arms]]
id = "standard"
label = "Standard"
short = "standard"
phrase = "standard treatment"

[[study.populations]]
id = "relapsed"
label = "Relapsed"
column = "disease_status"
levels = ["relapsed"]

[[study.populations]]
id = "untreated"
label = "Untreated"
column = "disease_status"
levels = ["untreated"]
"""


# Loprinzi and others (1994): survival in advanced lung cancer, 228 patients, as R has them.
PUBLIC = """\
name = "public-test"
title = "Women and men with advanced lung cancer"
provenance = "patient-level"
source = "North Central Cancer Treatment Group, as published with the survival package of R"
disclosure = "{disclosure}"

[columns]
patient_id = "number"
centre = "inst"
arm = "sex"
age_years = "age"
death = "status"
followup_days = "time"

[values.arm]
1 = "men"
2 = "women"

[study]
title = "Women and men with advanced lung cancer"
time_zero = "entry into the trial"
randomised = false
horizons = [6, 12]
arms = [
    {{ id = "women", label = "Women", short = "women", phrase = "women" }},
    {{ id = "men", label = "Men", short = "men", phrase = "men" }},
]
characteristics = [
    {{ id = "karnofsky", label = "Karnofsky score", column = "ph_karno", unit = "points" }},
    {{ id = "performance", label = "ECOG performance", column = "ph_ecog", levels = ["0", "1", "2", "3"] }},
]
"""


# What a figure or a sentence looks like where a number is missing that it did not expect to miss.
BROKEN = re.compile(r"\bnan\b|[:(] ?None\b|\bNaT\b|\binf\b|not estimable \(\)|\{\w+\}")


# Words of the disease and the arms of the default study, for a book that has none of its columns.
OF_LEUKAEMIA = re.compile(
    r"leukaemi|B-ALL|\bblasts?\b|marrow|\bMRD\b|remission|relaps|transplant|\bcycles?\b|two treatments"
    r"|was treated|was given|effect of treatment|\bDo survival",
    re.I,
)


def words_of(page: str) -> str:
    """Return what a page says: without code, scripts, drawings and tags, with the texts of its figures."""
    page = re.sub(r"(?s)<(script|style|pre|svg)\b.*?</\1>", " ", page)
    alternatives = " ".join(re.findall(r'alt="([^"]*)"', page))
    return html.unescape(re.sub(r"<[^>]*>", " ", page) + alternatives)


def words_of_pages(site: Path) -> dict[str, str]:
    """Return the words of every page by its name."""
    pages = [*(site / "notebooks").glob("*.html"), *(site / "book").glob("*.html")]
    return {path.stem: words_of(path.read_text(encoding="utf-8")) for path in pages}


def drawn(arms: dict[str, int], statuses: tuple[str, ...], seed: int) -> pd.DataFrame:
    """Draw patients of every column, whose days are consistent."""
    draws, n = np.random.default_rng(seed), sum(arms.values())
    followup = np.ceil(draws.exponential(600, n)).astype(int) + 1
    responses = draws.choice(["CR", "CRi", "PR", "NR"], n, p=[0.4, 0.1, 0.1, 0.4])
    relapse = np.isin(responses, ["CR", "CRi"]) & (draws.random(n) < 0.3)
    transplant = draws.random(n) < 0.25
    status = draws.choice(statuses, n)
    return pd.DataFrame(
        {
            "patient_id": [f"P{number:05d}" for number in range(n)],
            "centre": draws.choice(["North", "South", "East"], n),
            "arm": np.repeat([*arms], [*arms.values()]),
            "disease_status": status,
            "age_years": draws.integers(18, 85, n),
            "bm_blasts_pct": draws.integers(0, 100, n),
            "cycles": draws.integers(1, 5, n),
            "best_response": np.where(np.isin(status, ["mrd_positive", "mrd_negative"]), "", responses),
            "mrd_negative": draws.choice(["yes", "no"], n),
            "transplant": np.where(transplant, "yes", "no"),
            "transplant_days": np.where(transplant, (followup * 0.3).astype(int).astype(str), ""),
            "relapse": np.where(relapse, "yes", "no"),
            "relapse_days": np.where(relapse, (followup * 0.6).astype(int).astype(str), ""),
            "death": draws.choice(["yes", "no"], n, p=[0.4, 0.6]),
            "followup_days": followup,
            "on_chemotherapy": draws.choice(["yes", "no"], n),
        }
    )


def written_beside(folder: Path, rows: pd.DataFrame, name: str = "drawn") -> Path:
    """Write patients of the study of drugs A and B, for internal use."""
    folder = _written(folder, FEW.format(name=name), rows)
    shutil.copy(Path(__file__).parent / "another" / "study.toml", folder)
    return folder


def many(folder: Path, n: int, name: str = "many-test", seed: int = 2) -> Path:
    """Write a shareable cohort of another study, with characteristics of its own."""
    rows, draws = drawn({"A": n // 2, "B": n - n // 2}, ("relapsed", "untreated"), seed), seed + 1
    more = np.random.default_rng(draws)
    rows["sex"] = more.choice(["Female", "Male"], n)
    rows["prior_lines"] = more.integers(0, 5, n)
    return _written(folder, MANY.format(name=name), rows)


def public(folder: Path, disclosure: str) -> Path:
    """Write the public cohort as it is published, its patients and institutions with findable names."""
    rows = load_lung().convert_dtypes()  # whole numbers without decimals
    rows.insert(0, "number", [f"L{number:03d}" for number in range(len(rows))])
    rows["inst"] = "I" + rows["inst"].astype("string")
    return _written(folder, PUBLIC.format(disclosure=disclosure), rows)


def _written(folder: Path, about: str, rows: pd.DataFrame) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cohort.toml").write_text(about, encoding="utf-8")
    rows.to_csv(folder / "patients.csv", index=False)
    return folder
