"""Verification: does the evidence support a claim, contradict it, or say it otherwise?"""
