"""Invented people and companies for the demo; the syllables make names that nobody bears.

Telephone numbers lie in the range that Germany's regulator keeps for films.
"""

from random import Random
from typing import NamedTuple

GIVEN = (
    *("Ada", "Bruno", "Clara", "Dario", "Elin", "Femke", "Goran", "Hanna", "Ilka", "Jonas"),
    *("Kaya", "Luis", "Mara", "Nils", "Oda", "Pavel", "Rieke", "Sven", "Tilda", "Viktor"),
)
FIRST = (
    *("Ahl", "Brem", "Corn", "Dorn", "Eld", "Fal", "Grun", "Hask", "Ilm", "Jor"),
    *("Kall", "Lorn", "Mund", "Nor", "Oste", "Quen", "Rath", "Silk", "Tann", "Wend"),
)
LAST = ("beck", "drup", "gard", "holm", "lake", "mark", "quist", "sund", "thal", "wick")
TRADES = (
    *("Analytics", "Ceramics", "Coatings", "Dairy", "Diagnostics", "Foods", "Glass", "Labs"),
    *("Optics", "Paper", "Pharma", "Polymers", "Robotics", "Steel", "Textiles", "Water"),
)
TITLES = (
    *("Head of laboratory", "Quality manager", "Purchasing", "Managing director"),
    *("Process engineer", "Research lead", "Plant manager", "Laboratory assistant"),
)
SOURCES = {
    "Demo request": 20,
    "Webinar": 22,
    "Content download": 24,
    "Paid search": 18,
    "Partner referral": 8,
    "Newsletter": 8,
}
"""How many of a hundred leads come from each."""
FAIR = "Trade fair"
REGIONS = ("Germany north", "Germany south", "Austria", "Switzerland", "Benelux", "Nordics")
PRODUCTS = ("Balances", "Microscopes", "Spectrometers", "Service contract")


class Contact(NamedTuple):
    """Somebody who raised a hand."""

    name: str
    email: str
    company: str


class Contacts:
    """Draws people; no address comes twice."""

    def __init__(self, rng: Random) -> None:
        self._rng, self._known = rng, set[str]()

    def draw(self) -> Contact:
        """Somebody new."""
        while True:
            contact = self._anybody()
            if contact.email not in self._known:
                self._known.add(contact.email)
                return contact

    def _anybody(self) -> Contact:
        rng = self._rng
        given, family = rng.choice(GIVEN), rng.choice(FIRST) + rng.choice(LAST)
        name, trade = rng.choice(FIRST) + rng.choice(LAST), rng.choice(TRADES)
        address = f"{given}.{family}@{name}-{trade}.example".lower()
        return Contact(f"{given} {family}", address, f"{name} {trade}")
