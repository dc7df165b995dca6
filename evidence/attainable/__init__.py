"""Offline searches behind `make attainable`; no chapter needs them."""
