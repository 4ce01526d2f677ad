"""Benchmarks, run by hand: ``python -m tests.benchmarks``; see ``__main__``."""
