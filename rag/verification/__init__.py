"""Verification: is a claim supported by its evidence, contradicted, or neither?"""
