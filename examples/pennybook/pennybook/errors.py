"""What can be wrong with a book. Every error is meant for the person who wrote the book."""


class BookError(Exception):
    """A mistake in a book, with the line it is on when that is known."""

    def __init__(self, message, line=None):
        super().__init__(message)
        self.message = message
        self.line = line

    def __str__(self):
        return self.message if self.line is None else f"line {self.line}: {self.message}"


class SyntaxMistake(BookError):
    """A line that cannot be read."""


class Unbalanced(BookError):
    """A transaction whose amounts do not add up to zero."""
