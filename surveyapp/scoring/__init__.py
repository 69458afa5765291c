"""Answers and a framework in, scores with their bounds out. Pure: no web, no database."""
