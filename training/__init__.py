"""Trains the models that rag/ ships. Never imported by the product.

Knows the development data and torch; nothing of HTTP or of the command line.
"""
