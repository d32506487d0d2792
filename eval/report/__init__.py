"""The report of a run: one HTML file that needs no network, and its plots.

Knows nothing of how scores are computed.
"""
