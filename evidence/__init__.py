"""Evidence: what the published figures allow, found by search."""
