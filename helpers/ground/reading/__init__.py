"""Reading: what hospitals have in files becomes the tables of texts that the rules of a cohort ask for."""
