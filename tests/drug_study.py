"""What a cohort.toml says of a study of another drug: itself, and the arms; its columns stand between."""

COHORT = """\
name = "own"
title = "Drug against observation"
provenance = "patient-level"
source = "a test"
disclosure = "internal"
"""
STUDY = """
[study]
title = "Drug against observation"
arms = [
    { id = "drug", label = "Drug", short = "drug", phrase = "the drug" },
    { id = "none", label = "Observation", short = "observation", phrase = "observation" },
]
horizons = [6, 12]
"""
