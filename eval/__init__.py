"""Offline runs: predict once, score many times, compare, report.

Knows nothing of how questions arrive. Import by `from dateline.eval.x import y`,
since `import eval.x` hides the builtin.
"""
