"""The command line `dateline`: a module for each command, and `main.py`, which has them all."""
