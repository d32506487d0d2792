"""Readers of published formats: gold questions, predictions, labelled answers.

Knows nothing of measures or runs.
"""
