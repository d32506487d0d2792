"""Every way in: HTTP, the chat page, MCP and the command line.

Knows nothing of prompts or vectors.
"""
