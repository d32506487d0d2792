"""Language models: the client of a server, prompts, markers, sentences that are checked as they arrive, local models."""
