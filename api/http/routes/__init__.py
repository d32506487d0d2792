"""The routes of the HTTP API, one module per resource. Handlers are synchronous and run in threads."""
