"""How many decimals a currency has: amounts are kept in its smallest unit (ISO 4217)."""

from alignment.leads.money import NO_DECIMALS, THREE_DECIMALS


def minor_units(hundredths: int, currency: str) -> int:
    """Hundredths, as files are read, in the smallest unit of the currency."""
    if currency in NO_DECIMALS:
        return round(hundredths / 100)
    return hundredths * 10 if currency in THREE_DECIMALS else hundredths
