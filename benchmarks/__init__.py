"""Benchmarks of what the documentation claims: `python -m benchmarks.NAME`. No test asserts a time."""
