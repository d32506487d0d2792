"""Who says what a sentence reports: the speaker, the quoted words, and whether something is denied."""
