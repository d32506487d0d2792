"""Verification of claims against evidence: `support_check.py` decides the label, `checking.py` checks a draft."""
