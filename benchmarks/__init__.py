"""Measured claims, one command each: `python -m benchmarks.NAME`. No test asserts a time."""
