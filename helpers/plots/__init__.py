"""Plots: rows or patients in, matplotlib axes out; one module for each kind of figure."""
