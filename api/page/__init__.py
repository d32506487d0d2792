"""The chat page: HTML, style sheets and ES modules, served unchanged by `api/http/routes/page.py`."""
