"""The entry points: command line, HTTP API, chat page, MCP server and Slack app.

Knows nothing of prompts or vectors.
"""
