"""Evidence: what the figures of the book's own abstract pin down by models and ties of their own."""
