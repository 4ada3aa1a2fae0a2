"""How many decimals a currency has: amounts are kept in its smallest unit (ISO 4217)."""

NO_DECIMALS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()  # noqa: SIM905
)
THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


def minor_units(hundredths: int, currency: str) -> int:
    """Hundredths, as files are read, in the smallest unit of the currency."""
    if currency in NO_DECIMALS:
        return round(hundredths / 100)
    return hundredths * 10 if currency in THREE_DECIMALS else hundredths
