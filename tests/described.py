"""The rules of what programs read, written down anew: a table and its schema, a crate and a package whole."""

import csv
import re
from pathlib import Path
from urllib.parse import urlsplit

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN|-?inf")
FITS = {
    "string": lambda text, field: True,
    "integer": lambda text, field: re.fullmatch(r"[+-]?\d+", text),
    "number": lambda text, field: NUMBER.fullmatch(text),
    "boolean": lambda text, field: (
        text in field.get("trueValues", ["True"]) + field.get("falseValues", ["False"])
    ),
}


def problems_of_table(resource: dict, root: Path) -> list[str]:
    """List where a table is not what its resource says: header, types, constraints, key."""
    with (root / resource["path"]).open(encoding=resource["encoding"], newline="") as file:
        header, *rows = csv.reader(file)
    fields = resource["schema"]["fields"]
    if header != [field["name"] for field in fields]:
        return [f"{resource['path']}: the header is {header}"]
    found = [
        f"{resource['path']}: row {number}, {field['name']}"
        for number, row in enumerate(rows, 2)
        for text, field in zip(row, fields, strict=True)
        if not _fits(text, field)
    ]
    if key := resource["schema"].get("primaryKey"):
        values = [row[header.index(key)] for row in rows]
        found += [f"{resource['path']}: {key} is not unique"] * (len(set(values)) < len(values))
    return found


def _fits(text: str, field: dict) -> bool:
    rules = field.get("constraints", {})
    if text == "":
        return not rules.get("required", False)
    if not FITS[field["type"]](text, field):
        return False
    is_listed = text in rules.get("enum", [text])
    number = float(text) if {"minimum", "maximum"} & set(rules) else 0
    return is_listed and rules.get("minimum", number) <= number <= rules.get("maximum", number)


def problems_of_package(package: dict) -> list[str]:
    """List what a Frictionless data package lacks or has wrong."""
    found = []
    names = [resource["name"] for resource in package["resources"]]
    if not re.fullmatch(r"[-a-z0-9._/]+", package["name"]) or package["profile"] != "tabular-data-package":
        found.append("name or profile")
    if (
        not names
        or len(set(names)) < len(names)
        or not all(re.fullmatch(r"[-a-z0-9._/]+", name) for name in names)
    ):
        found.append("names of resources")
    for licence in package.get("licenses", []):
        found += [] if {"name", "path"} <= set(licence) else ["licence"]
    for resource in package["resources"]:
        path = resource["path"]
        found += [f"path {path}"] if path.startswith(("/", "..", "http")) else []
        found += [] if resource["profile"] == "tabular-data-resource" else [f"profile of {path}"]
    return found


def problems_of_crate(crate: dict, root: Path) -> list[str]:
    """List what an RO-Crate 1.1 lacks or has wrong."""
    found = [] if crate["@context"] == "https://w3id.org/ro/crate/1.1/context" else ["context"]
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    found += ["an id stands twice"] * (len(entities) < len(crate["@graph"]))
    descriptor, whole = entities["ro-crate-metadata.json"], entities["./"]
    if descriptor["about"] != {"@id": "./"} or descriptor["conformsTo"] != {
        "@id": "https://w3id.org/ro/crate/1.1"
    }:
        found.append("descriptor")
    required = {"name", "description", "datePublished", "license", "hasPart"}
    found += [f"the whole has no {key}" for key in required if not whole.get(key)]
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", whole["datePublished"]):
        found.append("datePublished")
    for entity in entities.values():
        found += [f"{entity['@id']} has no {key}" for key in ("@id", "@type") if key not in entity]
        for value in entity.values():
            linked = [
                each["@id"] for each in (value if isinstance(value, list) else [value]) if _is_link(each)
            ]
            found += [
                f"{name} is not described"
                for name in linked
                if name not in entities and not _is_address(name)
            ]
    for part in whole["hasPart"]:
        place = root / part["@id"]
        is_there = place.is_dir() if part["@id"].endswith("/") else place.is_file()
        found += [] if is_there else [f"{part['@id']} is not there"]
        wanted = "Dataset" if part["@id"].endswith("/") else "File"
        found += [] if wanted in entities[part["@id"]]["@type"] else [f"type of {part['@id']}"]
    return found


def _is_link(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"@id"}


def _is_address(name: str) -> bool:
    return urlsplit(name).scheme in ("http", "https")


def problems_of_citation(about: dict) -> list[str]:
    """List what a citation file of version 1.2.0 lacks or has wrong."""
    known = {
        *(
            "cff-version",
            "message",
            "title",
            "abstract",
            "type",
            "version",
            "date-released",
            "authors",
            "license",
        ),
        *(
            "keywords",
            "doi",
            "identifiers",
            "url",
            "repository-code",
            "preferred-citation",
            "references",
            "contact",
        ),
    }
    found = [f"{key}: not known" for key in set(about) - known]
    found += [f"{key}: missing" for key in {"cff-version", "message", "title", "authors"} - set(about)]
    found += ["cff-version"] * (about["cff-version"] != "1.2.0") + ["type"] * (
        about["type"] not in ("software", "dataset")
    )
    found += ["date-released"] * (not re.fullmatch(r"\d{4}-\d\d-\d\d", about["date-released"]))
    for author in about["authors"]:
        allowed = (
            {"name", "website"}
            if "name" in author
            else {"family-names", "given-names", "orcid", "affiliation"}
        )
        found += ["author"] * (not author or not set(author) <= allowed)
    licences = about["license"] if isinstance(about["license"], list) else [about["license"]]
    found += ["license"] * (
        not set(licences) <= {"MIT", "CC-BY-4.0", "CC0-1.0", "Apache-2.0", "BSD-3-Clause"}
    )
    found += ["keywords"] * (len(set(about["keywords"])) < len(about["keywords"]))
    return found
