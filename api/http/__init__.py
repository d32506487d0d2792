"""The HTTP API: the application in `app.py`, routes in `routes/`, request and response models in `wire/`."""
