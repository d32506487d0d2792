"""Answers by language models: client, local models, prompts, citation markers, checked or quoted sentences."""
