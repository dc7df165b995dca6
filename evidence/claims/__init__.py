"""The published claims: read from their file, and as figures that a value may print."""
