"""Attribution by word patterns: the speaker of a sentence, its quotations, and denials."""
