"""Site: what is done to the rendered pages so that they are light, found, and easy to look things up in."""
