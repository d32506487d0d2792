"""Follow-up questions, completed from the earlier turns of a conversation by rules on spaCy's parses."""
