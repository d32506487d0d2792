"""Values: figures and names in a sentence, and whether two of them are the same."""
