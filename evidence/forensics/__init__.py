"""Evidence: what the published figures allow, found by exhaustive search from the claims alone."""
