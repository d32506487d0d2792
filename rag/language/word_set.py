"""Lists of words as they are written in the code: separated by spaces."""


def words(text: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(text.split())
