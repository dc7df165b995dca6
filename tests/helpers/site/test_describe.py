"""The descriptions of the repository are valid, true of its files, and not stale."""

import json

import described
import pytest

from helpers.ground import study
from helpers.ground.edition import citation
from helpers.ground.paths import ROOT
from helpers.site import crate, describe, package

REPOSITORY = describe.repository()
PACKAGE = json.loads(REPOSITORY[package.FILE])
ANOTHER = study.load(ROOT / "tests" / "another" / "study.toml")


@pytest.mark.parametrize("name", [package.FILE, crate.FILE])
def test_the_committed_descriptions_are_those_of_the_files(name):
    told = "run `python -m helpers.site.describe`"
    assert (ROOT / name).read_text(encoding="utf-8") == REPOSITORY[name], told


def test_the_package_is_valid_and_holds_every_table():
    assert described.problems_of_package(PACKAGE) == []
    tables = {path.relative_to(ROOT).as_posix() for path in (ROOT / "data").rglob("*.csv")}
    assert {resource["path"] for resource in PACKAGE["resources"]} == tables


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda resource: resource["name"])
def test_a_table_is_what_the_package_says(resource):
    assert described.problems_of_table(resource, ROOT) == []


def test_patients_are_described_by_the_dictionary():
    resource = next(each for each in PACKAGE["resources"] if each["name"] == "patients")
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    assert fields["arm"]["constraints"]["enum"] == list(study.load().arm_ids)
    assert fields["mrd_negative"]["trueValues"] == ["yes"]
    assert all(field["description"] for field in fields.values())
    other = package.resource(ROOT / "data" / "reconstructed" / "patients.csv", ROOT, ANOTHER)
    arm = next(field for field in other["schema"]["fields"] if field["name"] == "arm")
    assert arm["constraints"]["enum"] == list(ANOTHER.arm_ids)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-2", ""], "integer"),
        (["1", "2e-05"], "number"),
        (["0.5", "inf"], "number"),
        (["True", "False"], "boolean"),
        (["1", "one"], "string"),
        (["", ""], "string"),
    ],
)
def test_the_type_of_a_column_is_that_of_its_values(values, kind):
    assert package.type_of(values) == kind


def test_the_crate_is_valid_and_names_files_that_are_there():
    assert described.problems_of_crate(json.loads(REPOSITORY[crate.FILE]), ROOT) == []


def test_the_citation_file_is_valid():
    assert described.problems_of_citation(citation()) == []


def test_no_address_and_no_number_of_a_publication_is_invented():
    about = citation()
    assert not {"doi", "identifiers", "url", "repository-code"} & set(about)
    assert [author["name"] for author in about["authors"]] == ["The compendium's authors"]


def test_a_wrong_table_is_found_wrong(tmp_path):
    """The rules of this test's own reader bite."""
    (tmp_path / "a.csv").write_text("id,n,kind\nx,1,p\nx,two,q\n")
    resource = package.resource(tmp_path / "a.csv", tmp_path)
    assert described.problems_of_table(resource, tmp_path) == []
    resource["schema"]["primaryKey"] = "id"
    resource["schema"]["fields"][1]["type"] = "integer"
    resource["schema"]["fields"][2]["constraints"] = {"enum": ["p"]}
    found = described.problems_of_table(resource, tmp_path)
    assert found == ["a.csv: row 3, n", "a.csv: row 3, kind", "a.csv: id is not unique"]


def test_a_crate_with_a_loose_end_is_found_wrong():
    whole = json.loads(REPOSITORY[crate.FILE])
    whole["@graph"][1]["hasPart"].append({"@id": "nowhere.csv"})
    with pytest.raises(KeyError):
        described.problems_of_crate(whole, ROOT)
    whole["@graph"].append({"@id": "nowhere.csv", "@type": "File"})
    assert described.problems_of_crate(whole, ROOT) == ["nowhere.csv is not there"]
