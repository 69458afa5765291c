"""Questionnaires, scores and maturity heatmaps for national plans of action."""
