"""Every way in: HTTP, the chat page, Slack and the command line.

Knows nothing of prompts or vectors.
"""
