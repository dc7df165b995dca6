"""Simulated annealing over many candidate data sets at once, and their statistics."""
