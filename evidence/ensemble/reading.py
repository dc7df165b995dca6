"""The named readings of the ensemble: what is taken to be meant where the words leave a choice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """One reading of the words about deaths, disease-free survival and the odds ratio.

    Attributes
    ----------
    no_response : str
        "response": relapsed/refractory without remission, or MRD-positive without clearing it. "mrd": no MRD
        negativity. Only such patients and the relapsed die, and only the others can relapse.
    disease_free : str
        "everyone": relapse or death, in all patients. "non-response": that, and no response as an event on
        day 28. "responders": relapse or death, in those with a response alone.
    outcome : str
        "mrd": the printed odds ratio is about MRD negativity. "response": about response.
    with_arm : bool
        Whether the arm is a covariate of its model, beside blasts and age.
    """

    no_response: str = "response"
    disease_free: str = "everyone"
    outcome: str = "mrd"
    with_arm: bool = True


EXACT = Reading()  # of the deaths: the eleven without response and the eight relapsed
READINGS = {
    "exact": EXACT,
    "no response is no MRD negativity": Reading(no_response="mrd"),
    "non-response ends disease-free survival": Reading(disease_free="non-response"),
    "disease-free survival of responders": Reading(disease_free="responders"),
    "odds ratio of response": Reading(outcome="response"),
    "odds ratio without the arm": Reading(with_arm=False),
}
