"""What a slice raises and every edge knows how to show."""


class Refused(Exception):
    """The wish cannot be granted; ``str()`` is a sentence for the person who can act on it."""


class NotFound(Refused):
    """There is no such thing in this workspace."""


class Forbidden(Refused):
    """The thing is there, but this person may not do that to it."""
