"""Articles in, ranked passages out.

Knows nothing of what a question means, of LLMs, of HTTP or of the environment.
"""
