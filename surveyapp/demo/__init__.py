"""Invented data that looks alive: twelve countries, three cycles, and an account for each role."""

from surveyapp.demo.accounts import ACCOUNTS
from surveyapp.demo.fill import fill

__all__ = ["ACCOUNTS", "fill"]
