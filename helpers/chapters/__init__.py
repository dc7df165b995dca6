"""Chapters: a sub-package for each, with the rows of its subjects and its words; none imports another."""
