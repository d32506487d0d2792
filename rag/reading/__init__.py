"""Reading: scores sentences of passages as answers, and chooses those that answer."""
