"""The verifier at the edges of its rules: rows made by hand, values counted by hand or from R."""

import pandas as pd
import pytest
from scipy import stats

from evidence.reconstruction import verify
from helpers.ground import cohort

ONE = {
    "patient_id": "P01",
    "centre": "centre 01",
    "arm": "combination",
    "disease_status": "relapsed_refractory",
    "age_years": 40,
    "bm_blasts_pct": 50.0,
    "cycles": 1,
    "best_response": "CR",
    "mrd_negative": True,
    "transplant": False,
    "transplant_days": float("nan"),
    "relapse": False,
    "relapse_days": float("nan"),
    "death": False,
    "followup_days": 600,
    "on_chemotherapy": False,
}


def patients(*changes):
    """Patients like the first, each with its changes, numbered."""
    rows = [ONE | {"patient_id": f"P{number:02d}"} | change for number, change in enumerate(changes, 1)]
    return pd.DataFrame(rows)


def spread():
    """Sixteen patients of both arms who let every model and test be computed."""
    return patients(
        *(
            {
                "arm": ("combination", "monotherapy")[number % 2],
                "age_years": 20 + 3 * number,
                "bm_blasts_pct": float((37 * number) % 90 + 6),
                "mrd_negative": number % 3 > 0,
            }
            for number in range(16)
        )
    )


def panel(*rows):
    """Samples of one population: arm, and percentages at the two visits."""
    columns = ["arm", "baseline", "day28"]
    frame = pd.DataFrame(rows, columns=columns).assign(population="nkt", disease_status="mrd_positive")
    return frame.assign(patient_id=[f"P{number:02d}" for number in range(len(rows))])


PANEL = panel(
    *(("combination", 10.0 + each, 12.0 + 2 * each) for each in range(5)),
    *(("monotherapy", 10.0 + each, 11.0 + each / 2) for each in range(5)),
)


def numbers(people, immune=PANEL):
    return verify.recompute(people, immune)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"followup_days": 0}, "an event on day 0"),
        ({"followup_days": 1}, None),
        ({"relapse": True, "relapse_days": 28}, "relapse before the response on day 28"),
        ({"relapse": True, "relapse_days": 29}, None),
        ({"relapse": True, "relapse_days": 601}, "relapse after last contact"),
        ({"relapse": True, "relapse_days": 600}, None),
        ({"transplant": True, "transplant_days": 28}, "transplant within the first cycle"),
        ({"transplant": True, "transplant_days": 29}, None),
        ({"transplant": True, "transplant_days": 601}, "transplant after last contact"),
        ({"transplant": True, "transplant_days": 600}, None),
        ({"cycles": 2, "followup_days": 41}, "more cycles than the follow-up holds"),
        ({"cycles": 2, "followup_days": 42}, None),
        ({"cycles": 4, "followup_days": 125}, "more cycles than the follow-up holds"),
        ({"cycles": 4, "followup_days": 126}, None),
        (
            {"relapse": True, "relapse_days": 90, "best_response": "PR", "mrd_negative": False},
            "relapse without remission",
        ),
        ({"relapse": True, "relapse_days": 90, "best_response": "CRi"}, None),
        ({"best_response": "PR"}, "MRD negative without complete remission"),
        ({"best_response": "PR", "disease_status": "mrd_positive"}, None),
        ({"on_chemotherapy": True, "death": True}, "on chemotherapy after death or transplant"),
        (
            {"on_chemotherapy": True, "transplant": True, "transplant_days": 90},
            "on chemotherapy after death or transplant",
        ),
        ({"on_chemotherapy": True}, None),
    ],
)
def test_each_rule_of_order_begins_where_it_says(change, rule):
    found = verify.impossible(patients({}, change))
    assert found == ([] if rule is None else [f"P02: {rule}"])


def test_more_than_sixty_percent_is_a_high_burden():
    people = pd.concat([spread(), patients({"bm_blasts_pct": 60.0}, {"bm_blasts_pct": 60.5})])
    above = (spread()["bm_blasts_pct"] > 60).sum()
    found = numbers(people)
    assert found["cohort.patients.count.all.high_burden"] == above + 1
    assert found["cohort.patients.count.all.low_burden"] == 16 - above + 1


def test_a_month_is_a_twelfth_of_a_year_of_the_calendar():
    people = spread().assign(followup_days=487)  # 16 × 365.25 / 12
    assert numbers(people)["survival.followup.median.all"] == pytest.approx(16, abs=1e-12)


@pytest.mark.parametrize(("day", "share"), [(690, 93.75), (715, 93.75), (730, 93.75), (731, 100), (760, 100)])
@pytest.mark.parametrize(("outcome", "event"), [("os", "death"), ("dfs", "relapse")])
def test_two_years_end_between_day_730_and_731(day, share, outcome, event):
    """One event in sixteen patients who are all followed beyond it."""
    people = spread().assign(followup_days=900)
    people.loc[0, event] = True
    people.loc[0, "followup_days" if event == "death" else "relapse_days"] = day
    assert numbers(people)[f"survival.{outcome}.km_24m.all"] == pytest.approx(share)


def test_death_without_relapse_ends_disease_free_survival_too():
    people = spread().assign(followup_days=900)
    people.loc[0, ["death", "followup_days"]] = [True, 100]
    found = numbers(people)
    assert found["survival.dfs.km_24m.all"] == found["survival.os.km_24m.all"] == pytest.approx(93.75)


def test_counts_and_summaries_of_a_cohort():
    people = spread()
    people.loc[:3, "cycles"] = [4, 3, 2, 2]
    people.loc[:2, "death"] = True
    people.loc[:1, "relapse"] = [True, False]
    people["mrd_negative"] = True
    people.loc[1, ["mrd_negative", "best_response"]] = [False, "NR"]
    # Neither without response nor relapsed: a partial remission, and MRD cleared by who entered with it.
    people.loc[4, ["death", "mrd_negative", "best_response"]] = [True, False, "PR"]
    people.loc[2, "disease_status"] = "mrd_positive"
    people.loc[3, ["death", "mrd_negative", "disease_status"]] = [True, False, "mrd_positive"]
    found = verify._cohort(people, "all")
    assert [found[f"cohort.cycles_{cycles}.count.all"] for cycles in (1, 2, 3, 4)] == [12, 2, 1, 1]
    assert found["cohort.death.count.all"] == 5
    assert found["cohort.death_after_relapse_or_no_response.count.all"] == 3
    names = ("minimum", "quartile_1", "median", "quartile_3", "maximum")
    ages = [found[f"cohort.age.{name}.all"] for name in names]
    assert ages == [20, 31.25, 42.5, 53.75, 65]  # type 7, as R's quantile()


def test_two_rates_and_their_tests():
    """5/6 against 3/9: R's chisq.test(correct = FALSE) gives 0.05722."""
    sides = {"combination": (5, 6), "monotherapy": (3, 9)}
    changes = [
        {"arm": arm, "best_response": "PR" if number < events else "NR", "mrd_negative": False}
        | {"disease_status": "mrd_positive", "bm_blasts_pct": float(number)}
        for arm, (events, size) in sides.items()
        for number in range(size)
    ]
    found = numbers(pd.concat([spread(), patients(*changes)]))
    assert found["efficacy.response.rate.combination.mrd_positive"] == pytest.approx(500 / 6)
    assert found["efficacy.response.count.monotherapy.mrd_positive"] == 3
    assert found["efficacy.response.risk_difference.arm.mrd_positive"] == pytest.approx(5 / 6 - 1 / 3)
    p_value = found["efficacy.response.pearson_chi_square.arm.mrd_positive:p"]
    assert p_value == pytest.approx(0.05722, abs=5e-6)
    assert found["efficacy.mrd_negativity.rate.all.mrd_positive"] == 0


@pytest.mark.parametrize("levels", [("CR", True), ("CRi", True), ("PR", True), ("NR", False)])
def test_which_best_responses_are_responses(levels):
    level, counts = levels
    people = spread().assign(best_response=level)
    assert verify._cohort(people, "all")["efficacy.response.count.all"] == (16 if counts else 0)


def test_changes_and_ratios_tie_as_they_do_on_paper():
    """In floating point 8.3 - 8.1 is not 0.2, and 1.2 / 1.5 is not 0.8."""
    rows = [(8.1, 8.3), (5.0, 5.2), (1.5, 1.2), (1.0, 0.8), (4.0, 5.0), (7.0, 7.004), (9.0, 9.3)]
    other = [(2.0, 1.6), (3.0, 3.3), (6.0, 6.1), (2.5, 2.501), (4.0, 4.4), (1.0, 1.0)]
    made = panel(*(("combination", *two) for two in rows), *(("monotherapy", *two) for two in other))
    found = numbers(spread(), made)
    thousandths = [round(1000 * later) - round(1000 * earlier) for earlier, later in rows]
    signed = stats.wilcoxon(thousandths, zero_method="wilcox", correction=False, method="asymptotic")
    assert found["immune.nkt.signed_rank.combination:p"] == pytest.approx(signed.pvalue, rel=1e-12)
    first, second = ([round(later / earlier, 10) for earlier, later in side] for side in (rows, other))
    ratio = stats.mannwhitneyu(first, second, use_continuity=False, method="asymptotic")
    assert found["immune.nkt.ratio_mann_whitney.arm:p"] == pytest.approx(ratio.pvalue, rel=1e-12)
    shifts = sorted(a - b for a in first for b in second)
    assert found["immune.nkt.ratio_hodges_lehmann.arm"] == pytest.approx((shifts[20] + shifts[21]) / 2)
    assert found["immune.nkt.median_baseline.combination"] == 5.0
    assert found["immune.nkt.median_day28.monotherapy"] == pytest.approx((2.501 + 3.3) / 2)
    assert found["immune.nkt.median_change.combination"] == pytest.approx(0.2)


def test_the_panel_is_counted_by_arm_and_status():
    made = PANEL.assign(disease_status=["mrd_negative", *["mrd_positive"] * 9])
    found = numbers(spread(), made)
    groups = ("all", "combination", "monotherapy", "all.mrd_negative")
    assert [found[f"immune.patients.count.{group}"] for group in groups] == [10, 5, 5, 1]


CLAIM = {
    "id": "it",
    "result_id": "cohort.age.median.all",
    "value": 16.0,
    "decimals": 0,
    "unit": "years",
    "relation": "equals",
}


def holds(number, p_value=False, beside=None, **changes):
    claim = pd.DataFrame([CLAIM | changes]).itertuples().__next__()
    name = claim.result_id + ":p" * p_value
    return verify._judge(claim, {name: number}, {claim.result_id: beside} if beside else {})[2]


@pytest.mark.parametrize(
    ("number", "value", "decimals", "expected"),
    [
        (16.5, 16, 0, True),
        (15.5, 16, 0, True),
        (16.5 + 5e-10, 16, 0, True),
        (16.5 + 5e-9, 16, 0, False),
        (15.5 - 5e-9, 16, 0, False),
        (0.5 + 1e-9, 0, 0, True),
        (0.5 + 1.5e-9, 0, 0, False),
        (0.9549, 0.95, 2, True),
        (0.9551, 0.95, 2, False),
        (0.9449, 0.95, 2, False),
    ],
)
def test_a_number_prints_as_claimed_within_half_of_the_last_digit(number, value, decimals, expected):
    assert holds(number, value=value, decimals=decimals) is expected


@pytest.mark.parametrize(
    ("relation", "at", "below", "above"),
    [
        ("at_least", True, False, True),
        ("greater_than", False, False, True),
        ("less_than", False, True, False),
    ],
)
def test_bounds_hold_or_not_at_the_bound(relation, at, below, above):
    assert [holds(number, relation=relation) for number in (16.0, 15.999, 16.001)] == [at, below, above]


@pytest.mark.parametrize(
    ("relation", "sign"),
    [("increases", 1), ("higher", 1), ("decreases", -1), ("lower", -1)],
)
def test_a_direction_needs_a_difference(relation, sign):
    found = [holds(sign * number, relation=relation, value=float("nan")) for number in (0.01, 0.0, -0.01)]
    assert found == [True, False, False]


@pytest.mark.parametrize(("p", "significant"), [(0.0499, True), (0.05, False), (0.0501, False)])
def test_significance_ends_at_five_percent(p, significant):
    nothing = {"value": float("nan"), "unit": ""}
    assert holds(p, True, relation="significant", **nothing) is significant
    assert holds(p, True, relation="not_significant", **nothing) is not significant


@pytest.mark.parametrize(("beside", "expected"), [(0.049, True), (0.05, None), (0.075, None)])
def test_a_word_against_its_own_p_value_cannot_be_judged(beside, expected):
    nothing = {"value": float("nan"), "unit": ""}
    assert holds(0.04, True, beside, relation="significant", **nothing) is expected
    assert holds(0.06, True, beside, relation="not_significant", **nothing) is True


def test_the_model_counts_terms_below_five_percent():
    """The committed cohort prints an odds ratio of 0.95 with P = 0.001, the sole term that is significant."""
    people = verify.read_patients(cohort.DEFAULT)
    found = verify._model(people)
    stem, place = "multivariable.complete_remission_mrd_negative", "all.relapsed_refractory"
    p_values = [found[f"{stem}.odds_ratio_{term}.{place}:p"] for term in ("blasts", "combination", "age")]
    assert found[f"{stem}.significant_terms.{place}"] == sum(p < 0.05 for p in p_values) == 1


def test_a_term_at_five_percent_is_not_significant(monkeypatch):
    class Fitted:
        params = pd.Series({"blasts": 0.0, "combination": 0.0, "age": 0.0})
        pvalues = pd.Series({"blasts": 0.0499, "combination": 0.05, "age": 0.0501})

    class Model:
        def __init__(self, outcome, design):
            pass

        def fit(self, **options):
            return Fitted

    monkeypatch.setattr(verify, "Logit", Model)
    place = "all.relapsed_refractory"
    assert (
        verify._model(spread())[f"multivariable.complete_remission_mrd_negative.significant_terms.{place}"]
        == 1
    )
