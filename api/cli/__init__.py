"""The command line `dateline`: one module for each command; `main.py` is the group of all."""
