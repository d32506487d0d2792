"""Others' formats, read into gold questions, predictions and labelled claims.

Knows nothing of measures or runs.
"""
