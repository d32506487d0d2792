"""The HTTP API: `app.py` puts it together; routes are in `routes/`, what goes over the wire in `wire/`."""
