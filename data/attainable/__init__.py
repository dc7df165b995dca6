"""The offline searches behind `make attainable`, beside the tables they write; the book reads the tables."""
