"""The named priors of the ensemble: what is supposed of patients where the print says nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prior:
    """One named prior; each block's module says how it draws from it.

    Attributes
    ----------
    effect_sd : float
        Standard deviation of the log hazard ratio between the arms, around 0.
    shape : float
        Weibull shape of every time to an event: below 1 a falling hazard, 1 a constant, above a rising one.
    ages : str
        "uniform" or "normal": how ages lie between the printed extremes.
    immune_shift : float
        Standard deviation of the change of an arm's immune cells, on the logit scale, around 0.
    """

    effect_sd: float = 0.7
    shape: float = 1.0
    ages: str = "uniform"
    immune_shift: float = 0.5


PRIORS = {
    "neutral": Prior(),
    "weaker effect": Prior(effect_sd=0.35),
    "stronger effect": Prior(effect_sd=1.5),
    "falling hazard": Prior(shape=0.7),
    "rising hazard": Prior(shape=1.5),
    "normal ages": Prior(ages="normal"),
    "larger immune changes": Prior(immune_shift=1.0),
}
