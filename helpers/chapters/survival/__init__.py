"""Chapter 4: how long patients lived."""
