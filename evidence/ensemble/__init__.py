"""Whole cohorts drawn from a named prior, conditioned on every printed figure."""
