"""The chat page: HTML, style sheets and ES modules, served as they stand by `api/http/routes/page.py`."""
