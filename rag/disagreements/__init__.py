"""Disagreements: what sources contradict one another on, update or correct."""
