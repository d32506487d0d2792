"""A question in, a cited Answer out.

Knows nothing of HTTP, of Slack or of the environment.
"""
