"""Find the people whom a file names, by mail address or by unambiguous full name."""

from collections import Counter
from collections.abc import Iterable

from alignment.accounts.models import User
from alignment.accounts.names import address_key


class PeopleLookup:
    """Names and addresses to people. Remembers whom it missed, so that each is remarked once."""

    def __init__(self, people: Iterable[User]) -> None:
        everybody = list(people)
        names = Counter(person.name.casefold() for person in everybody)
        self._ids = {
            person.name.casefold(): person.id
            for person in everybody
            if names[person.name.casefold()] == 1
        } | {person.email_key: person.id for person in everybody}
        self._missed: set[str] = set()

    def id_of(self, called: str) -> int | None:
        return self._ids.get(address_key(called))

    def is_first_miss(self, called: str) -> bool:
        """Whether nobody here is called so, and nobody has been told of it."""
        key = address_key(called)
        if key in self._ids or key in self._missed:
            return False
        self._missed.add(key)
        return True
