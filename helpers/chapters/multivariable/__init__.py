"""Chapter 3: what goes with the outcome."""
