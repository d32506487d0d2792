"""When: the days that a question asks about, and the days in which what a sentence tells of happened."""
