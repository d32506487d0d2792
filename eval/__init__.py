"""Offline runs: predict once, score many times, compare, report.

Knows nothing of how questions arrive. Import by `from eval.x import y`,
since `import eval.x` hides the builtin.
"""
