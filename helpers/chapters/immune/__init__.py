"""Chapter 5: how immune cells changed."""
