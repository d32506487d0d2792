"""Time: the window that a question asks about, and the event time of a sentence."""
