"""Printing: result rows in, words and tables out; it knows no result's id."""
