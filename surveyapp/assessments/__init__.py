"""Cycles, answers, submission and review: what a country does in a year."""
