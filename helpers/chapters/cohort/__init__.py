"""Chapter 1: who was treated."""
