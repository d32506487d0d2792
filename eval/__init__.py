"""Offline evaluation: run gold questions once, score and compare the runs as often as needed, report.

Knows nothing of HTTP routes and commands.
"""
