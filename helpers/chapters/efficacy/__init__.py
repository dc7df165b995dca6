"""Chapter 2: who responded."""
