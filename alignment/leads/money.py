"""PURE. Minor units of money: how many make one, and how they are written."""

# ISO 4217: every currency not listed here has two decimals.
NO_DECIMALS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"),
    *("PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
)
THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
DECIMALS = dict.fromkeys(NO_DECIMALS, 0) | dict.fromkeys(THREE_DECIMALS, 3)


def format_money(minor: int, currency: str) -> str:
    """1,234.50 EUR"""
    decimals = DECIMALS.get(currency, 2)
    whole, rest = divmod(abs(minor), 10**decimals)
    digits = f"{whole:,}.{rest:0{decimals}}" if decimals else f"{whole:,}"
    return f"{'−' if minor < 0 else ''}{digits} {currency}"
