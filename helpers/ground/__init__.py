"""Ground: the study, its cohort, its endpoints and the rows of results; imports nothing above it."""
