"""Ensemble: one file for all members, with a manifest of what they were drawn from."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from evidence.ensemble.calibration import COLUMNS
from evidence.reconstruction.targets import PARENTS
from evidence.this_abstract.abstract import CELLS, VISITS
from helpers.ground.files import replacing
from helpers.ground.paths import ROOT

DEFAULT = ROOT / "data" / "ensemble" / "members.parquet"
MANIFEST = b"manifest"
SMALL = {  # whole numbers that fit a byte or two
    **{"member": "int32", "age_years": "int8", "cycles": "int8", "followup_days": "int16"},
    **{"relapse_days": "Int16", "transplant_days": "Int16"},
}
TEXTS = ("patient_id", "centre", "arm", "disease_status", "best_response")


def write(patients: pd.DataFrame, immune: pd.DataFrame, manifest: dict[str, Any], path: Path) -> None:
    """Write members as one Parquet file, a row a patient, the samples of the panel beside them.

    Parameters
    ----------
    patients, immune : DataFrame
        As `evidence.ensemble.assembly.assemble` returns them.
    manifest : dict
        What the members were drawn from; kept in the file.
    path : Path
    """
    samples = immune.assign(column=immune["population"].str.cat(immune["visit"], sep="_"))
    wide = samples.pivot_table("percent", ["member", "patient_id"], "column")
    rows = patients.merge(wide.reset_index(), how="left", on=["member", "patient_id"])
    rows = rows.astype({**SMALL, **dict.fromkeys(TEXTS, "category"), **dict.fromkeys(wide, "float32")})
    rows["bm_blasts_pct"] = rows["bm_blasts_pct"].astype("float32")
    table = pa.Table.from_pandas(rows, preserve_index=False).replace_schema_metadata(
        {MANIFEST: json.dumps(manifest, sort_keys=True)}
    )
    with replacing(path) as partial:
        pq.write_table(table, partial, compression="zstd", compression_level=19)


def read(path: Path = DEFAULT) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Read members.

    Parameters
    ----------
    path : Path, optional

    Returns
    -------
    tuple of DataFrame, DataFrame and dict
        Patients and immune panel in the types that `write` was given, and the manifest.
    """
    table = pq.read_table(path)
    rows = table.to_pandas()
    rows[list(TEXTS)] = rows[list(TEXTS)].astype(str)
    days = ["relapse_days", "transplant_days", "followup_days", "bm_blasts_pct"]
    rows = rows.astype(dict.fromkeys(days, float))
    about = json.loads(table.schema.metadata[MANIFEST])
    samples = [f"{cell}_{visit}" for cell in CELLS for visit in VISITS]
    return rows.drop(columns=samples), _long(rows, samples), about


def _long(rows: pd.DataFrame, samples: list[str]) -> pd.DataFrame:
    """Turn the columns of samples into rows, in the order of a cohort's file."""
    keys = ["member", "patient_id"]
    long = rows[[*keys, *samples]].dropna().melt(keys, var_name="column", value_name="percent")
    parts = long["column"].str.rsplit("_", n=1)
    long["population"] = pd.Categorical(parts.str[0], CELLS)
    long["visit"] = pd.Categorical(parts.str[1], VISITS)
    long = long.sort_values([*keys, "visit", "population"], ignore_index=True)
    long[["population", "visit"]] = long[["population", "visit"]].astype(str)
    long["parent"] = long["population"].map(PARENTS)
    long["percent"] = long["percent"].astype(float).round(1)
    return long[[*keys, "visit", "population", "parent", "percent"]]


def manifest(path: Path = DEFAULT) -> dict[str, Any]:
    """Read what the members were drawn from, without the members.

    Parameters
    ----------
    path : Path, optional

    Returns
    -------
    dict
        members, seed, prior, groups, the digests of `evidence.ensemble.origin.origin`, and of each block the
        ancestors that survive in a group.
    """
    return json.loads(pq.read_schema(path).metadata[MANIFEST])


def calibrations(folder: Path = DEFAULT.parent) -> pd.DataFrame:
    """Read the ranks of the truths that were printed and sampled again, of every block.

    Parameters
    ----------
    folder : Path, optional

    Returns
    -------
    DataFrame
        The columns of `evidence.ensemble.calibration.COLUMNS`; no rows where no block was calibrated.
    """
    parts = [pd.read_csv(path) for path in sorted(folder.glob("calibration_*.csv"))]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def one_more_number(folder: Path = DEFAULT.parent) -> pd.DataFrame:
    """Read what one more printed number would leave of the range of the hazard ratio of death.

    Parameters
    ----------
    folder : Path, optional

    Returns
    -------
    DataFrame
        As `evidence.ensemble.settling.narrowing` returns it.
    """
    return pd.read_csv(folder / "one_more_number.csv")


def priors(folder: Path = DEFAULT.parent) -> pd.DataFrame:
    """Read how far the open results range under each named prior.

    Parameters
    ----------
    folder : Path, optional

    Returns
    -------
    DataFrame
        As `evidence.ensemble.sensitivity` writes it.
    """
    return _bands(folder / "priors.csv")


def readings(folder: Path = DEFAULT.parent) -> pd.DataFrame:
    """Read how far the open results range under each other reading.

    Parameters
    ----------
    folder : Path, optional

    Returns
    -------
    DataFrame
        As `evidence.ensemble.sensitivity` writes it.
    """
    return _bands(folder / "readings.csv")


def _bands(path: Path) -> pd.DataFrame:
    """Read a table of bands, in which only an empty cell is missing."""
    return pd.read_csv(path, keep_default_na=False, na_values=[""])
