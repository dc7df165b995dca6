"""Ensemble: how far a search that looks for the extremes gets, and what can be proved beyond it."""
