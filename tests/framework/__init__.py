"""Tests of the framework: files, faults, documents, derivation."""
