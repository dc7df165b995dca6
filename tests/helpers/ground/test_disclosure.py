"""What may be shown of patients: tables by hand, and a search for hidden counts among those shown."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import LinearConstraint, milp

from helpers.chapters.multivariable.characteristics import PREFIX as WITH
from helpers.ground import complements, disclosure, study
from helpers.ground.disclosure import FOLLOWS, ONE
from helpers.ground.results import Estimate, ResultId, is_estimable, reason, row, table
from helpers.ground.rounding import multiple, rounded
from helpers.ground.study_parts import Characteristic

STUDY = study.load()
FIRST, SECOND = STUDY.arm_ids
THRESHOLD = 5
FEW = f"fewer than {THRESHOLD} patients"


def counted(outcome, group, events, n, stratum=STUDY.assessed, chapter="efficacy"):
    """Give the count and the rate of an outcome in a group."""
    for statistic, unit, value in (("count", "count", events), ("rate", "fraction", events / max(n, 1))):
        id = ResultId(chapter, outcome, statistic, group, stratum)
        yield row(id, "Reached", "whom", unit, Estimate(value, n=n, events=events, method="count"))


def patients_of(cells):
    """Lay out the patients of a table: (arm, status, response): how many."""
    each = [key for key, number in cells.items() for _ in range(number)]
    frame = pd.DataFrame(each, columns=["arm", "disease_status", "response"])
    levels = pd.CategoricalDtype(["relapsed_refractory", "mrd_positive", "mrd_negative"])
    return frame.assign(
        arm=frame["arm"].astype(pd.CategoricalDtype(STUDY.arm_ids)),
        disease_status=frame["disease_status"].astype(levels),
        response=frame["response"].astype("boolean"),
        complete_remission=frame["response"].astype("boolean"),
        complete_remission_mrd_negative=frame["response"].astype("boolean"),
        mrd_negative=frame["response"].astype("boolean"),
        bm_blasts_pct=np.where(frame["disease_status"].eq("relapsed_refractory"), 70.0, 1.0),
    )


MANY = patients_of({(arm, STUDY.assessed, answer): 40 for arm in STUDY.arm_ids for answer in (True, False)})


def protected(*rows, patients=MANY):
    return disclosure.protected(table(rows), patients, STUDY, THRESHOLD).set_index("id")


# ACRO (github.com/AI-SDC/ACRO, acro/sdcchecks.py): the threshold check masks the cells of a crosstab whose
# count is below ``safe_threshold``; with ``zeros_are_disclosive`` (its default) those of 0 too. The masks are
# written out by that rule, at a threshold of 5: the first arm's events and others, then the second's.
ACRO = [
    ((12, 9, 14, 7), (False, False, False, False)),
    ((4, 17, 14, 7), (True, False, False, False)),
    ((12, 9, 21, 0), (False, False, False, True)),
    ((5, 5, 5, 5), (False, False, False, False)),
    ((3, 2, 1, 30), (True, True, True, False)),
    ((0, 20, 20, 0), (True, False, False, True)),
]


@pytest.mark.parametrize(("cells", "mask"), ACRO)
def test_cells_are_hidden_as_acro_masks_those_of_a_crosstab(cells, mask):
    arms = [(cells[0], cells[1], FIRST), (cells[2], cells[3], SECOND)]
    rows = [each for yes, no, arm in arms for each in counted("response", arm, yes, yes + no)]
    hidden = disclosure.small(table(rows), THRESHOLD)
    # A row of the book tells of both cells of its arm: the events, and who has none.
    assert hidden.tolist() == [any(mask[:2])] * 2 + [any(mask[2:])] * 2


def test_the_two_arms_and_their_comparison_are_hidden_together():
    id = ResultId("efficacy", "response", "risk_difference", "arm", STUDY.assessed)
    both = row(id, "Difference", "whom", "fraction", Estimate(0.1, n=50, events=20, method="Newcombe"))
    rows = [
        *counted("response", "all", 20, 50),
        *counted("response", FIRST, 4, 25),
        *counted("response", SECOND, 16, 25),
        both,
    ]
    found = protected(*rows)
    rates = found[found["statistic"] == "rate"].set_index("group")
    assert is_estimable(rates.loc["all"])
    assert [reason(rates.loc[arm]) for arm in STUDY.arm_ids] == [FEW + disclosure.OR_ALL, FOLLOWS]
    assert reason(found.loc[str(id)]) == FOLLOWS
    numbers = ["estimate", "ci_low", "ci_high", "p_value", "n", "events"]
    assert found.loc[str(id), numbers].isna().all()


@pytest.mark.parametrize(
    ("statistic", "n", "why"),
    [
        ("minimum", 900, ONE),
        ("maximum", 900, ONE),
        ("median", 9, "fewer than 10 values"),
        ("median", 10, None),
        ("quartile_3", 9, "fewer than 10 values"),
        ("quartile_1", 4, FEW),
        ("leave_one_out_highest_odds_ratio", 900, ONE),
        ("cutoffs_strongest", 900, ONE),
    ],
)
def test_what_is_one_patients_value_is_hidden(statistic, n, why):
    id = ResultId("cohort", "age", statistic)
    (_, found), *_ = protected(row(id, "Age", "all", "years", Estimate(40.4, n=n, method="rule"))).iterrows()
    assert found["estimate"] == 40 if why is None else reason(found) == why


def test_a_reason_that_tells_of_everybody_is_hidden():
    id, method = ResultId("survival", "os", "km_24m"), "not estimable: all values are equal"
    (_, found), *_ = protected(
        row(id, "Survival", "all", "fraction", Estimate(n=60, method=method))
    ).iterrows()
    assert reason(found) == disclosure.UNTOLD


def test_rows_that_only_some_cohorts_have_go_with_their_numbers():
    two = Estimate(2, n=60, events=2)
    few = [
        row(ResultId("cohort", f"cycles_{number}", "count"), "Cycles", "all", "count", two)
        for number in (4, 9)
    ]
    assert protected(*few).index.tolist() == ["cohort.cycles_4.count.all"]


@pytest.mark.parametrize("hidden", ["worst", "best"])
def test_the_arms_opposite_fates_are_hidden_with_either_case_of_either_arm(hidden):
    """Shown, the difference of one arm's best and the other's worst case gave back the hidden one."""
    few = {"worst": (20, 2), "best": (2, 20)}[hidden]  # events of the second arm's cases
    cases = [
        row(
            ResultId("survival", "os", f"{case}_case_24m", arm),
            *("", "", "fraction"),
            Estimate(1 - lost / 40, n=40, events=lost),
        )
        for arm, events in ((FIRST, (20, 20)), (SECOND, few))
        for case, lost in zip(("worst", "best"), events, strict=True)
    ]
    apart = [
        row(
            ResultId("survival", "os", f"{case}_case_difference_24m", "arm"),
            *("", "", "fraction"),
            Estimate(0.3, n=80, events=40),
        )
        for case in ("worst", "best")
    ]
    told = protected(*cases, *apart)
    for case in ("worst", "best"):
        assert not is_estimable(told.loc[f"survival.os.{case}_case_difference_24m.arm"]), case


@pytest.mark.parametrize(("events", "hidden"), [(4, True), (5, False)])
def test_a_hazard_ratio_is_hidden_where_an_arm_has_few_events(events, hidden):
    """The width of its interval, 1 / 4 + 1 / 15, tells the four to whoever knows the events of both arms."""
    read = {"median": events, "worst_case_24m": 14}  # which supposes ten more
    arms = [
        row(ResultId("survival", "os", name, arm), "", "", "fraction", Estimate(0.5, n=n, events=number))
        for arm, n, of_arm in ((FIRST, 19, read), (SECOND, 45, dict.fromkeys(read, 15)))
        for name, number in of_arm.items()
    ]
    compared = [
        row(
            ResultId("survival", "os", name, "arm"),
            "",
            "",
            unit,
            Estimate(0.56, n=64, events=19, p_value=0.3),
        )
        for name, unit in (("hazard_ratio", "hazard_ratio"), ("logrank", "statistic"))
    ]
    told = protected(*arms, *compared)
    for name in ("hazard_ratio", "logrank"):
        assert is_estimable(told.loc[f"survival.os.{name}.arm"]) != hidden, name


@pytest.mark.parametrize(("later", "why"), [(49, "fewer than 5 events since an earlier month"), (50, "")])
def test_a_later_month_of_a_curve_is_hidden_where_few_had_the_event_since(later, why):
    read = [
        row(
            ResultId("survival", "os", f"km_{month}m"),
            "",
            "",
            "fraction",
            Estimate(0.5, n=100, events=events),
        )
        for month, events in ((12, 45), (24, later))
    ]
    told = protected(*read)
    assert is_estimable(told.loc["survival.os.km_12m.all"])
    assert reason(told.loc["survival.os.km_24m.all"]) == why


def test_numbers_are_rounded():
    rows = table(
        [
            *counted("response", "all", 23, 38),
            row(ResultId("survival", "os", "hazard_ratio", "arm"), "", "", "hazard_ratio",
                Estimate(0.9647, 0.5512, 13.62, 0.95, 0.04449, n=38, events=23)),
            row(ResultId("survival", "os", "median"), "", "", "months", Estimate(16.04, 9.6, 22.3, n=38)),
            row(ResultId("survival", "os", "km_12m"), "", "", "fraction", Estimate(0.6449, n=38, events=13)),
        ]
    )  # fmt: skip
    count, rate, ratio, median, share = (each for _, each in rounded(rows, THRESHOLD).iterrows())
    assert (count["estimate"], count["events"], count["n"]) == (25, 25, 40)
    assert rate["estimate"] == 25 / 40
    assert ratio[["estimate", "ci_low", "ci_high", "p_value"]].tolist() == [0.96, 0.55, 14, 0.044]
    assert median[["estimate", "ci_low", "ci_high"]].tolist() == [16, 10, 22]
    assert share["estimate"] == 0.64


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ((1989.0, 1991.0, 1992.0), [1989, 1991, 1992]),  # years, which two digits made 2000
        ((35.5, 247.5, 1234.0), [0, 200, 1200]),
        ((1.25, 1.5, 1.875), [1.25, 1.5, 1.88]),
        ((2001.0, 2001.0, 2001.0), [2001] * 3),
    ],
)
def test_quartiles_of_an_own_number_keep_what_tells_them_apart(exact, shown):
    names = ("quartile_1", "median", "quartile_3")
    rows = table(
        row(ResultId("cohort", "year", name, "a"), "", "", "statistic", Estimate(value, n=38))
        for name, value in zip(names, exact, strict=True)
    )
    assert rounded(rows, THRESHOLD)["estimate"].tolist() == pytest.approx(shown)


@pytest.mark.parametrize("statistic", ["standardised_difference", "weighted_standardised_difference"])
def test_a_small_standardised_difference_has_two_decimals(statistic):
    """Of more digits, of books one patient apart, that patient's value is a solution of few."""
    made = row(ResultId("cohort", "age", statistic, "arm"), "", "", "statistic", Estimate(-0.00012, n=38))
    larger = row(ResultId("cohort", "sex", statistic, "arm"), "", "", "statistic", Estimate(0.0389, n=38))
    assert rounded(table([made, larger]), THRESHOLD)["estimate"].tolist() == [0, 0.04]


def test_the_events_per_variable_are_those_of_the_rounded_events():
    id = ResultId("multivariable", "response", "events_per_variable")
    value = Estimate(7 / 3, n=38, events=7)
    (told,) = rounded(table([row(id, "", "", "ratio", value)]), THRESHOLD)["estimate"]
    assert told == pytest.approx(5 / 3, abs=0.05)  # from 2.3 the seven would follow


def draw(seed):
    """Draw the sizes of arms by disease status, small ones among them."""
    numbers = np.random.default_rng(seed).integers(0, 25, 12)
    keys = product(STUDY.arm_ids, STUDY.statuses, (True, False))
    return patients_of(dict(zip(keys, numbers, strict=True)))


def limits(atoms, shown, wanted, base):
    """Find the least and the greatest size of a set that the rounded sizes of others allow, by programming.

    `atoms` says for each set which of the smallest parts it joins; the parts are whole and not negative.
    """
    rows = np.array([atoms[name] for name in shown], dtype=float)
    half = (base - 1) / 2
    ends = np.array(list(shown.values()), dtype=float)
    held = LinearConstraint(rows, ends - half, ends + half)
    cost, whole = np.array(atoms[wanted], dtype=float), np.ones(rows.shape[1])
    found = [milp(sign * cost, constraints=held, integrality=whole) for sign in (1, -1)]
    return [
        sign * each.fun if each.status == 0 else sign * -np.inf
        for sign, each in zip((1, -1), found, strict=True)
    ]


@pytest.mark.parametrize("seed", range(12))
def test_no_hidden_size_follows_from_those_that_are_shown(seed):
    patients = draw(seed)
    sets = complements.groups(patients, STUDY)
    hidden = complements.hidden_groups(sets, THRESHOLD)
    keys = sorted({tuple(column) for column in np.array(list(sets.values())).T.tolist()})
    atoms = {name: [int(key[place]) for key in keys] for place, name in enumerate(sets)}
    shown = {
        name: THRESHOLD * np.floor(members.sum() / THRESHOLD + 0.5)
        for name, members in sets.items()
        if name not in hidden
    }
    assert all(sets[name].sum() >= THRESHOLD for name in shown)
    for name in hidden:
        if any(atoms[name]):  # a population that nobody is in, whatever the numbers, is no secret
            least, greatest = limits(atoms, shown, name, THRESHOLD)
            # A small number stays as open as its reason leaves it, and no other is known exactly.
            open_by = THRESHOLD - 1 if sets[name].sum() < THRESHOLD else 1
            assert greatest - least >= open_by, (name, least, greatest)


def test_without_the_second_rule_a_size_would_follow():
    cells = {(FIRST, "relapsed_refractory", True): 20, (FIRST, "mrd_positive", True): 20}
    cells |= {(SECOND, "relapsed_refractory", True): 20, (SECOND, "mrd_positive", True): 3}
    sets = complements.groups(patients_of(cells), STUDY)
    hidden = complements.hidden_groups(sets, THRESHOLD)
    assert (SECOND, "mrd_positive") in hidden
    assert {(FIRST, "mrd_positive"), ("all", "mrd_positive")} & hidden
    assert (FIRST, "all") not in hidden and (SECOND, "all") not in hidden


def test_a_threshold_of_more_hides_more():
    patients = patients_of(dict.fromkeys(product(STUDY.arm_ids, STUDY.statuses, (True, False)), 4))
    few, more = (complements.hidden_groups(complements.groups(patients, STUDY), each) for each in (5, 10))
    assert len(few) < len(more)


def test_hidden_results_are_counted_by_chapter():
    rows = protected(*counted("response", "all", 3, 50), *counted("mrd_negativity", "all", 20, 50))
    found = disclosure.counted(rows.reset_index())
    assert found["Efficacy"].to_dict() == {FEW + disclosure.OR_ALL: 2, "shown": 2}


def test_a_study_without_a_cut_off_is_protected_too():
    bare = replace(
        STUDY, populations=tuple(one for one in STUDY.populations if one.column == "disease_status")
    )
    rows = table(counted("response", "all", 3, 50))
    assert disclosure.protected(rows, MANY, bare, THRESHOLD)["estimate"].isna().all()


@pytest.mark.parametrize(
    ("base", "found"), [(0, [0, 2, 3, 12]), (5, [0, 0, 5, 10]), (3, [0, 3, 3, 12]), (4, [0, 4, 4, 12])]
)
def test_counts_of_every_kind_are_rounded_to_the_nearest_multiple(base, found):
    counts = [0, 2, 3, 12]
    assert [multiple(count, base) for count in counts] == found
    assert multiple(np.array(counts), base).tolist() == found
    assert multiple(pd.Series([*counts, np.nan]), base).dropna().tolist() == found


@pytest.mark.parametrize(("women", "why"), [(4, FEW), (5, None)])
def test_the_odds_ratio_of_a_level_is_hidden_with_its_counts(women, why):
    levels = Characteristic("sex", "Sex", "sex", levels=("female", "male"), in_model=True)
    number = MANY.groupby("response").cumcount()  # as many with an answer as without
    rows = MANY.assign(sex=np.where(number < women, "female", "male"))
    id = ResultId(
        "multivariable", "complete_remission_mrd_negative", f"{WITH}sex_level_2", "all", STUDY.assessed
    )
    ratio = row(id, "Sex", "all", "odds_ratio", Estimate(2.1, n=160, events=80, method="Wald"))
    found = disclosure.protected(table([ratio]), rows, replace(STUDY, characteristics=(levels,)), THRESHOLD)
    assert (found["estimate"].tolist() == [2.1]) if why is None else (reason(found.iloc[0]) == why)


def test_an_interval_close_to_one_is_told_so_that_it_holds_its_estimate():
    value = Estimate(1.00174, 1.00019, 1.00351, 0.95, 0.0366, n=227, events=97)
    difference = Estimate(-0.004, -0.009, -0.0008, 0.95, 0.02, n=9000, events=4000)
    rows = [
        row(ResultId("multivariable", "died", "odds_ratio_blasts"), "", "", "odds_ratio", value),
        row(
            ResultId("efficacy", "died", "risk_difference", "arm"),
            "",
            "",
            "fraction",
            difference,
            "difference",
        ),
    ]
    found = rounded(table(rows), THRESHOLD)
    assert found.loc[0, ["estimate", "ci_low", "ci_high"]].tolist() == [1.0017, 1.0002, 1.0035]
    assert found.loc[1, ["estimate", "ci_low", "ci_high"]].tolist() == [-0.004, -0.009, -0.001]


def test_the_score_of_the_overall_share_is_that_of_the_rounded_one():
    value = Estimate(17 / 41 * 24 / 41, n=41, events=17, method="everybody given the overall share")
    made = row(ResultId("multivariable", "died", "brier_without_covariates"), "", "", "statistic", value)
    assert rounded(table([made]), THRESHOLD)["estimate"].tolist() == [round(15 / 40 * 25 / 40, 2)]


@pytest.mark.parametrize("hidden", [False, True])
def test_families_count_the_tests_that_are_shown(hidden):
    tests = [
        row(
            ResultId("immune", cell, "signed_rank"),
            "",
            "",
            "p_value",
            Estimate(p_value=p, n=n, method="test"),
        )
        for cell, p, n in (("a", 0.01, 3 if hidden else 30), ("b", 0.3, 30))
    ]
    made = row(
        ResultId("immune", "signed_rank_family", "below_0_05"), "", "", "count", Estimate(1, n=2, events=1)
    )
    found = protected(*tests, made).loc["immune.signed_rank_family.below_0_05.all"]
    assert (found["estimate"], found["n"]) == ((0, 1) if hidden else (1, 2))
