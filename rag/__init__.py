"""Question answering: from a question to a cited Answer.

Knows nothing of HTTP, Slack or the environment.
"""
