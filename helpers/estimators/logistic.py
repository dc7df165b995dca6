"""Logistic regression by maximum likelihood and by Firth's penalised likelihood."""

import warnings

import numpy as np
import pandas as pd
from firthmodels import FirthLogisticRegression, detect_separation
from scipy.special import expit, ndtri

from helpers.estimators.common import LEVEL, Z, complete
from helpers.results import Estimate, not_estimable
