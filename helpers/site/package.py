"""Site: a Frictionless data package: which tables there are, and what each of their columns holds."""

import csv
import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.ground import dictionary
from helpers.ground.edition import citation, edition
from helpers.ground.paths import ROOT
from helpers.ground.study import Study
from helpers.ground.study import load as study

FILE = "datapackage.json"
TABLES = tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))
SITE = ("results", "ranges", "ledger")  # the tables at the root of the site
OF_A_COHORT = ("patients", "immune")
LICENCES = {
    "CC0-1.0": {
        "path": "https://creativecommons.org/publicdomain/zero/1.0/",
        "title": "Creative Commons Zero 1.0",
    },
    "CC-BY-4.0": {
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Attribution 4.0",
    },
    "MIT": {"path": "https://spdx.org/licenses/MIT.html", "title": "MIT License"},
}
# The types of the dictionary in the words of a table schema.
TYPES = {"number": "number", "whole": "integer", "yes_no": "boolean", "category": "string", "text": "string"}
WHOLE, NUMBER = re.compile(r"-?\d+"), re.compile(r"-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|inf|-inf", re.IGNORECASE)
Descriptor = dict[str, Any]


def type_of(values: Iterable[str]) -> str:
    """Say of which type the values of a column are.

    Parameters
    ----------
    values : iterable of str
        As the file has them; an empty one is missing.

    Returns
    -------
    str
        Of a table schema.

    Examples
    --------
    >>> type_of(["1", ""]), type_of(["1", "2.5"]), type_of(["yes", "1"]), type_of([""])
    ('integer', 'number', 'string', 'string')
    """
    given = [value for value in values if value]
    if not given:
        return "string"
    if set(given) <= {"True", "False"}:
        return "boolean"
    return next(
        (name for name, rule in (("integer", WHOLE), ("number", NUMBER)) if all(map(rule.fullmatch, given))),
        "string",
    )


def _seen(table: Path) -> list[Descriptor]:
    """Describe the columns of a table by its header and values."""
    with table.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    return [{"name": name, "type": type_of(values)} for name, values in zip(header, columns, strict=True)]


def _known(name: str) -> list[Descriptor]:
    """Describe the columns of a table as `tables.toml` does."""
    return [
        dict(zip(("name", "type", "description"), entry, strict=True)) for entry in TABLES[name]["fields"]
    ]


def _of_dictionary(file: str, of: Study) -> list[Descriptor]:
    """Describe the columns of a cohort's table as the data dictionary does."""
    return [_field(row) for _, row in dictionary.of(file, of).iterrows()]


def _field(row: pd.Series) -> Descriptor:
    field: Descriptor = {"name": row["column"], "type": TYPES[row["type"]], "description": row["label"]}
    if row["type"] == "yes_no":
        field |= {"trueValues": ["yes"], "falseValues": ["no"]}
    rules: Descriptor = {"required": True} if row["missing"] == "never" else {}
    if row["type"] == "category":
        rules["enum"] = list(row["levels"])
    if row["type"] in ("number", "whole"):
        rules |= {name: float(row[name]) for name in ("minimum", "maximum") if not pd.isna(row[name])}
    return field | ({"constraints": rules} if rules else {})


def resource(table: Path, root: Path, of: Study | None = None) -> Descriptor:
    """Describe one table.

    Parameters
    ----------
    table : Path
        A file in CSV.
    root : Path
        Where the package stands, which tells the table's path.
    of : Study, optional
        By which a cohort's tables are described.

    Returns
    -------
    dict
        A tabular data resource.
    """
    name = table.stem
    known = TABLES.get(name, {})
    if of is not None and name in OF_A_COHORT:
        fields = _of_dictionary(name, of)
    else:
        fields = _known(name) if "fields" in known else _seen(table)
    schema: Descriptor = {"fields": fields, "missingValues": [""]}
    schema |= {"primaryKey": known["key"]} if "key" in known else {}
    about = {"description": known["description"]} if known else {}
    return {
        "name": name.replace("_", "-").lower(),
        "path": table.relative_to(root).as_posix(),
        **about,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def package(name: str, title: str, description: str, resources: list[Descriptor], licence: str) -> Descriptor:
    """Describe a package of tables.

    Parameters
    ----------
    name, title, description : str
    resources : list of dict
        As `resource` gives them.
    licence : str
        A key of `LICENCES`; empty where none is given.

    Returns
    -------
    dict
        A tabular data package.
    """
    given = {"licenses": [{"name": licence, **LICENCES[licence]}]} if licence else {}
    return {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "description": description,
        "version": edition().version,
        **given,
        "resources": resources,
    }


def of_repository(root: Path = ROOT) -> Descriptor:
    """Describe the tables that the repository holds.

    Parameters
    ----------
    root : Path

    Returns
    -------
    dict
        A tabular data package with every table under ``data``.
    """
    about = citation(root / "CITATION.cff")
    tables = [resource(table, root, study()) for table in sorted((root / "data").rglob("*.csv"))]
    words = "Claims of a conference abstract, rows invented to agree with them, what searches found."
    return package("compendium-data", about["title"], words, tables, "CC0-1.0")


def of_site(site: Path, title: str, is_rebuilt: bool) -> Descriptor:
    """Describe the tables at the root of a site.

    Parameters
    ----------
    site : Path
    title : str
        Of the book.
    is_rebuilt : bool
        Whether its rows are nobody's, so that the tables are free for every use.

    Returns
    -------
    dict
        A tabular data package.
    """
    found = [site / f"{name}.csv" for name in SITE if (site / f"{name}.csv").exists()]
    resources = [resource(table, site) for table in found]
    return package(
        "book-tables", title, "The tables behind the book.", resources, "CC0-1.0" if is_rebuilt else ""
    )


def printed(descriptor: Descriptor) -> str:
    """Print a descriptor as JSON for a file.

    Parameters
    ----------
    descriptor : dict

    Returns
    -------
    str
    """
    return json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
