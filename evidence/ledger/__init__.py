"""The ledger: each published claim beside its recomputed result, with a verdict."""
