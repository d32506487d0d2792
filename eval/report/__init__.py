"""A run's report: one HTML file that needs no network, and what is drawn in it.

Knows nothing of how scores come about.
"""
