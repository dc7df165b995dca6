"""Evidence: a cohort that agrees with every figure of the abstract, found by search, marked synthetic."""
