"""Say of every result of the book whether it is printed, follows or is open, and how far it ranges.

Reads the members that `make ensemble` drew, computes every result in each, chooses the member that stands for
the others as the default cohort, and writes it with its ranges and fans beside it.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from evidence.claims import load as published_claims
from evidence.ensemble import __main__ as ensemble
from evidence.ensemble import diagnostics, fans, options, origin, rereading, settling, standing, store
from evidence.ensemble.families import FAMILIES
from evidence.ensemble.printed_values import as_printed
from evidence.ensemble.prior import PRIORS
from evidence.ensemble.reach import proved, reached
from evidence.ensemble.reach.limits import BOTH, PLAUSIBLE, within
from evidence.ensemble.typical import typical
from evidence.reconstruction.verify import verify
from evidence.reconstruction.write import as_text, write
from helpers.chapters.efficacy import cut_offs
from helpers.chapters.many import results_of_many
from helpers.ground import cohort as cohorts
from helpers.ground.cohort import Cohort
from helpers.ground.files import replacing, write_table
from helpers.ground.many import Many
from helpers.ground.paths import ROOT
from helpers.ground.results import DIGITS, RATIO
from helpers.ground.standing import CUT_OFFS, FANS, FILE, OPEN, OTHERS

FURTHER = 12  # members that a reader may look at; those that follow each other are of different groups
LONGEST = 34  # months: nobody can have been followed for longer
# Cohorts that agree with the print and have otherwise what every member shares; found by hand.
COUNTEREXAMPLES = ROOT / "data" / "ensemble" / "counterexamples.parquet"
ONE_MORE = ROOT / "data" / "ensemble" / "one_more_number.csv"
TARGET = "survival.os.hazard_ratio.arm"
WORDS = ["label", "population", "unit", "kind"]
DECLARED = [str(id) for family in FAMILIES.values() for id in family]


def main(arguments: list[str] | None = None) -> int:
    """Compute the table of standing and ranges, and choose the default cohort; return the exit status."""
    parser = argparse.ArgumentParser(prog="make cohort", description=main.__doc__)
    parser.add_argument("--members", type=Path, default=store.DEFAULT, help="file of `make ensemble`")
    parser.add_argument(
        "--seed",
        type=options.whole(0),
        help="draw the members anew unless the file is of this seed, of today's claims and code",
    )
    parser.add_argument("--out", type=Path, default=cohorts.DEFAULT, help="folder of the default cohort")
    chosen = parser.parse_args(arguments)
    try:
        refuse_other_folder(chosen.out)
        why = unfit(chosen.members)
        if chosen.seed is not None and (why or store.manifest(chosen.members)["seed"] != chosen.seed):
            failed = ensemble.main(["--seed", str(chosen.seed), "--out", str(chosen.members)])
            if failed:
                return failed
        elif why:
            raise ValueError(why)
        print(_retold(chosen.members, chosen.out))
    except (OSError, ValueError) as error:
        print(f"Nothing was written: {error}", file=sys.stderr)
        return 1
    return 0


def refuse_other_folder(path: Path) -> None:
    """Refuse to replace what is not the folder of a cohort.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ValueError
    """
    if path.exists() and not (path / "cohort.toml").is_file():
        raise ValueError(f"{path} is no cohort's folder (it has no cohort.toml); name a new one")


def unfit(path: Path) -> str:
    """Say why the book cannot be told from a file of members.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        Empty where it can.
    """
    try:
        manifest = store.manifest(path)
        prior = manifest["prior"]
    except (OSError, ValueError, LookupError) as error:
        return f"{path} cannot be read as members ({type(error).__name__}); draw them with `make ensemble`"
    others = origin.changed(manifest, published_claims.load())
    if others:
        return f"{path} was drawn from other {' and other '.join(others)}; draw anew with `make ensemble`"
    if prior != next(iter(PRIORS)):
        return f"{path} was drawn under the prior {prior!r}, and the book tells of {next(iter(PRIORS))!r}"
    return ""


def _retold(path: Path, out: Path) -> str:
    """Compute everything in the members of a file and write it; say what came out."""
    patients, immune, manifest = store.read(path)
    default = cohorts.load(cohorts.DEFAULT)
    members = cohorts.split(patients, immune, default)
    read = [store.read(path)[:2] for path in (reached.COHORTS, COUNTEREXAMPLES)]
    others = [cohort for searched in read for cohort in cohorts.split(*searched, default)]
    many, met = results_of_many(members), results_of_many(others)
    table = bracketed(known(many, manifest["groups"], met), many, patients, immune)
    found = reached.pointing_one_way(
        table, many, met, np.concatenate([within(*each, PLAUSIBLE) for each in read])
    )
    table = filled(table, found)
    table["reading"] = rests_on_reading(table, many, patients, immune, default)
    values = pd.DataFrame(many.numbers["estimate"].T, columns=many.rows["id"])
    middle = typical(values[DECLARED], patients)
    with replacing(out) as folder:
        folder.mkdir()
        write(_member(patients, middle), _member(immune, middle), folder)
        verified(folder)
        write_table(table, folder / FILE, float_format=f"%.{DIGITS}g")
        write_table(fans.fans(patients, LONGEST), folder / FANS, float_format="%.4g")
        write_table(over_cut_offs(members, others), folder / CUT_OFFS, float_format=f"%.{DIGITS}g")
        write_others(patients, middle, folder / OTHERS)
    write_table(one_more_number(many, values), ONE_MORE, float_format="%.4g")
    counts = table["standing"].value_counts().to_dict()
    return f"{len(members)} cohorts: {counts}; member {middle} stands for them in {out}"


def verified(folder: Path) -> None:
    """Recompute every claim from the files of a cohort.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    ValueError
        If a claim does not hold.
    """
    judged = verify(folder, published_claims.load())
    missed = list(judged.loc[judged["holds"].eq(False).fillna(False), "id"])
    if missed:
        raise ValueError(f"the cohort chosen does not print {', '.join(missed)}")


def over_cut_offs(members: list[Cohort], others: list[Cohort]) -> pd.DataFrame:
    """Return how far counts and differences range above each cut-off of the blasts.

    Parameters
    ----------
    members : list of Cohort
    others : list of Cohort
        That the searches met.

    Returns
    -------
    DataFrame
        As `evidence.ensemble.fans.over` returns it.
    """
    tables = [
        [cut_offs.above(each.patients, each.study)[[*cut_offs.KEYS, *cut_offs.NUMBERS]] for each in some]
        for some in (members, others)
    ]
    return fans.over(tables[0], cut_offs.KEYS, tables[1], counts=["events", "n"])


def write_others(patients: pd.DataFrame, middle: int, path: Path) -> None:
    """Write the patients of a few further members, which a reader may see in place of the default cohort.

    Parameters
    ----------
    patients : DataFrame
        As `evidence.ensemble.store.read` returns them.
    middle : int
        The member that is the default cohort.
    path : Path
    """
    first = patients["member"].drop(patients.index[patients["member"] == middle]).unique()[:FURTHER]
    rows = patients[patients["member"].isin(first)]
    write_table(rows[["member"]].join(as_text(rows, "patients")), path)


def known(many: Many, groups: int, met: Many | None = None) -> pd.DataFrame:
    """Return the table of standing and ranges, with mixing and words.

    Parameters
    ----------
    many : Many
        The results of every member.
    groups : int
        Independent groups that the members come from, in turn.
    met : Many, optional
        The results of the cohorts that the searches met.

    Returns
    -------
    DataFrame
        The columns of `evidence.ensemble.standing.ranges`, r_hat and effective_size of open results, and
        `WORDS`.
    """
    claims = published_claims.load()
    study = cohorts.study_of(cohorts.DEFAULT)
    table = standing.ranges(many, standing.printed_ids(claims), study.alpha, met)
    table = as_printed(table, claims, many.rows)
    is_open = table["standing"].eq(OPEN).to_numpy()
    values = pd.DataFrame(many.numbers["estimate"][is_open].T, columns=table.loc[is_open, "id"])
    mixing = diagnostics.mixing(values, groups)
    return table.merge(mixing, left_on="id", right_index=True, how="left").assign(
        **{name: many.rows[name].to_numpy() for name in WORDS}
    )


def bracketed(table: pd.DataFrame, many: Many, patients: pd.DataFrame, immune: pd.DataFrame) -> pd.DataFrame:
    """Add how far the declared results were reached, and what is proved of them.

    Parameters
    ----------
    table : DataFrame
        As `known` returns it.
    many : Many
    patients, immune : DataFrame
        As `evidence.ensemble.store.read` returns them.

    Returns
    -------
    DataFrame
        The same rows; the columns of `evidence.ensemble.standing.BRACKETS` are filled where known.
    """
    inside = {limits.name: within(patients, immune, limits) for limits in BOTH}
    proofs = proved.proofs(published_claims.load())
    found = reached.brackets(reached.read(), reached.values(many, patients), inside, proofs)
    return filled(table, found)


def filled(table: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Put what was found of some results into the table.

    Parameters
    ----------
    table : DataFrame
    found : DataFrame
        By id, some of the columns.

    Returns
    -------
    DataFrame
    """
    whole = table.set_index("id")
    whole.loc[found.index, found.columns] = found
    return whole.reset_index()[table.columns]


def rests_on_reading(
    table: pd.DataFrame, many: Many, patients: pd.DataFrame, immune: pd.DataFrame, default: Cohort
) -> pd.Series:
    """Name the readings on which each known result rests, from members altered as other readings have them.

    Parameters
    ----------
    table : DataFrame
        As `known` returns it.
    many : Many
    patients, immune : DataFrame
        As `evidence.ensemble.store.read` returns them.
    default : Cohort
        Gives the study and the words.

    Returns
    -------
    Series of str
        As of `evidence.ensemble.rereading.rests_on`.
    """
    altered = {
        words: results_of_many(cohorts.split(*rereading.reread(patients, immune, otherwise), default))
        for words, otherwise in rereading.READINGS.items()
    }
    return rereading.rests_on(table, many, altered)


def one_more_number(many: Many, values: pd.DataFrame) -> pd.DataFrame:
    """Say how far each declared open result, were it printed, would narrow the hazard ratio of death.

    Parameters
    ----------
    many : Many
    values : DataFrame
        Estimates, one column a result, one row a member.

    Returns
    -------
    DataFrame
        As `evidence.ensemble.settling.narrowing`.
    """
    rows = many.rows.set_index("id")
    candidates = [id for id in DECLARED if id != TARGET and rows.loc[id, "kind"] != RATIO]
    printed = {id: [standing.text(rows.loc[id], value) for value in values[id]] for id in candidates}
    return settling.narrowing(np.log(values[TARGET]), pd.DataFrame(printed))


def _member(rows: pd.DataFrame, member: int) -> pd.DataFrame:
    return rows[rows["member"] == member].drop(columns="member").reset_index(drop=True)


if __name__ == "__main__":
    sys.exit(main())
