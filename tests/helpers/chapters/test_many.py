import numpy as np
import pytest

from helpers.chapters.book import all_results
from helpers.chapters.many import results_of_many
from helpers.ground import cohort
from helpers.ground.many import ABSENT, gathered, why_missing
from helpers.ground.results import is_estimable
from tests.many_cohorts import long_tables


@pytest.fixture(scope="module")
def cohorts():
    return cohort.split(*long_tables(6), cohort.load(cohort.DEFAULT))


@pytest.fixture(scope="module")
def many(cohorts):
    return results_of_many(cohorts, workers=1)


def test_members_of_long_tables_are_cohorts_like_one_that_is_loaded(cohorts):
    loaded = cohort.load(cohort.DEFAULT)
    patients, immune = long_tables(1)
    for own in (cohorts[1].patients, cohorts[1].immune):
        assert "member" not in own
        assert list(own.index) == list(range(len(own)))
    for own, whole in ((cohorts[0].patients, loaded.patients), (cohorts[0].immune, loaded.immune)):
        answers = whole.columns[[dtype.kind not in "if" for dtype in whole.dtypes]]
        assert own[answers].dtypes.equals(whole[answers].dtypes)
        assert list(own) == list(whole)
    assert cohorts[0].patients["age_years"].tolist() == patients["age_years"].tolist()
    assert cohorts[0].immune["percent"].tolist() == immune["percent"].tolist()
    assert not cohorts[0].patients["age_years"].equals(cohorts[1].patients["age_years"])


@pytest.mark.parametrize("member", range(6))
def test_each_number_is_that_of_the_chapters_in_the_cohort_alone(cohorts, many, member):
    whole = all_results(cohorts[member]).set_index("id").reindex(many.rows["id"])
    known = whole.apply(is_estimable, axis=1).to_numpy()
    assert ((many.reasons[:, member] == "") == known).all()
    for name in ("estimate", "p_value", "n", "events"):
        found = many.numbers[name][:, member]
        np.testing.assert_allclose(found, whole[name].to_numpy(float), rtol=1e-12, err_msg=name)


def test_an_interval_is_that_of_the_chapters_or_left_out(cohorts, many):
    whole = all_results(cohorts[2])
    for name in ("ci_low", "ci_high"):
        found, alone = many.numbers[name][:, 2], whole[name].to_numpy(float)
        left_out = np.isnan(found)
        np.testing.assert_allclose(found[~left_out], alone[~left_out], rtol=1e-12)
        assert all("profile" in method for method in whole["method"][left_out & ~np.isnan(alone)])


def test_any_number_of_workers_gives_the_same(cohorts, many):
    again = results_of_many(cohorts[:2], workers=2)
    for name, values in again.numbers.items():
        np.testing.assert_array_equal(values, many.numbers[name][:, :2])


def test_a_result_that_a_cohort_lacks_does_not_exist_in_it(many):
    reason = many.rows.apply(why_missing, axis=1)
    whole = many.rows.assign(reason=reason, **{name: values[:, 0] for name, values in many.numbers.items()})
    tables = [whole, whole.iloc[1:]]
    found = gathered(many.rows, tables)
    assert found.reasons[0].tolist() == ["", ABSENT]
    assert np.isnan(found.numbers["estimate"][0, 1])
