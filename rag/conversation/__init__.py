"""Follow-up questions of a conversation, understood by what was asked and answered before, by rules on words."""
