"""Language models: the client of a server, local models, prompts, markers, sentences checked as they arrive."""
