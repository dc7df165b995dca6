"""Evidence: a cohort that prints the abstract's figures as they are read, found by search and synthetic."""
