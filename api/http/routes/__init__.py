"""The routes of the HTTP API, a module for each thing they are about. Handlers are synchronous and run in threads."""
