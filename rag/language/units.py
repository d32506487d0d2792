"""Units of measurement and currencies: their spellings and conversion to base units.

Our own table, since the units library `pint` takes 0.8 s to load and has no currencies.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement or a currency."""

    name: str
    """In the singular: "kilometre", "year", "percent"; an ISO 4217 code for money."""
    base: str
    """The base unit of its dimension."""
    factor: float
    """One of this unit in base units."""
    offset: float = 0.0
    """Added after multiplying; only Fahrenheit needs it."""

    def in_base(self, amount: float) -> float:
        """Convert an amount of this unit to base units."""
        return amount * self.factor + self.offset


TIME, LENGTH, AREA, MASS, SPEED, HEAT = "second", "metre", "square metre", "kilogram", "metre per second", "celsius"
PERCENT = Unit("percent", "percent", 1)
PERCENTAGE_POINT = Unit("percentage point", "percentage point", 1)
_YEAR = 365.25 * 86_400
YEAR = Unit("year", TIME, _YEAR)
_TABLE: tuple[tuple[str, Unit], ...] = (
    ("second seconds sec secs", Unit("second", TIME, 1)),
    ("minute minutes min mins", Unit("minute", TIME, 60)),
    ("hour hours hr hrs", Unit("hour", TIME, 3600)),
    ("day days", Unit("day", TIME, 86_400)),
    ("night nights", Unit("night", TIME, 86_400)),
    ("week weeks", Unit("week", TIME, 604_800)),
    ("fortnight fortnights", Unit("fortnight", TIME, 1_209_600)),
    ("month months", Unit("month", TIME, _YEAR / 12)),
    ("year years yr yrs", YEAR),
    ("decade decades", Unit("decade", TIME, 10 * _YEAR)),
    ("century centuries", Unit("century", TIME, 100 * _YEAR)),
    ("kilometre kilometres kilometer kilometers km kms", Unit("kilometre", LENGTH, 1000)),
    ("mile miles", Unit("mile", LENGTH, 1609.344)),
    ("metre metres meter meters m", Unit("metre", LENGTH, 1)),
    ("centimetre centimetres centimeter centimeters cm", Unit("centimetre", LENGTH, 0.01)),
    ("millimetre millimetres millimeter millimeters mm", Unit("millimetre", LENGTH, 0.001)),
    ("foot feet ft", Unit("foot", LENGTH, 0.3048)),
    ("inch inches", Unit("inch", LENGTH, 0.0254)),
    ("yard yards", Unit("yard", LENGTH, 0.9144)),
    ("hectare hectares", Unit("hectare", AREA, 1e4)),
    ("acre acres", Unit("acre", AREA, 4046.8564224)),
    ("km2 km²", Unit("square kilometre", AREA, 1e6)),
    ("m2 m²", Unit("square metre", AREA, 1)),
    ("kilogram kilograms kilogramme kilogrammes kilo kilos kg kgs", Unit("kilogram", MASS, 1)),
    ("gram grams gramme grammes", Unit("gram", MASS, 0.001)),
    ("ton tons tonne tonnes", Unit("tonne", MASS, 1000)),
    ("pound pounds lb lbs", Unit("pound", MASS, 0.45359237)),
    ("ounce ounces oz", Unit("ounce", MASS, 0.028349523)),
    ("kmh km/h kph", Unit("kilometre per hour", SPEED, 1 / 3.6)),
    ("mph", Unit("mile per hour", SPEED, 0.44704)),
    ("celsius °c centigrade", Unit("celsius", HEAT, 1)),
    ("fahrenheit °f", Unit("fahrenheit", HEAT, 1 / 1.8, -32 / 1.8)),
    ("litre litres liter liters", Unit("litre", "litre", 1)),
    ("gallon gallons", Unit("gallon", "litre", 3.785411784)),
    ("barrel barrels", Unit("barrel", "barrel", 1)),
    ("megawatt megawatts mw", Unit("megawatt", "watt", 1e6)),
    ("gigawatt gigawatts gw", Unit("gigawatt", "watt", 1e9)),
    ("% percent pct", PERCENT),
    ("cent cents", Unit("cent", "cent", 1)),
    ("dollar dollars usd", Unit("USD", "USD", 1)),
    ("euro euros eur", Unit("EUR", "EUR", 1)),
    ("gbp", Unit("GBP", "GBP", 1)),
    ("yen jpy", Unit("JPY", "JPY", 1)),
    ("yuan renminbi", Unit("CNY", "CNY", 1)),
    ("rupee rupees", Unit("INR", "INR", 1)),
    ("rouble roubles ruble rubles", Unit("RUB", "RUB", 1)),
    ("afghani afghanis", Unit("AFN", "AFN", 1)),
    ("franc francs", Unit("CHF", "CHF", 1)),
    ("shekel shekels", Unit("ILS", "ILS", 1)),
    ("lira liras", Unit("TRY", "TRY", 1)),
    ("rand", Unit("ZAR", "ZAR", 1)),
    ("won", Unit("KRW", "KRW", 1)),
)
UNITS = {word: unit for words, unit in _TABLE for word in words.split()}
"""Units by spelling, in lower case."""
SIGNS = {
    "$": "USD", "us$": "USD", "u.s.$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "a$": "AUD", "c$": "CAD",
    "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "r$": "BRL", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₪": "ILS",
}  # fmt: skip
"""Currency codes by the sign before an amount."""
SQUARED = {
    "kilometre": Unit("square kilometre", AREA, 1e6),
    "mile": Unit("square mile", AREA, 2_589_988.11),
    "metre": Unit("square metre", AREA, 1),
    "foot": Unit("square foot", AREA, 0.09290304),
}
"""Areas by the name of a length after "square"."""
PER_HOUR = {"kilometre": UNITS["kmh"], "mile": UNITS["mph"]}
"""Speeds by the name of a length before "per hour" or "an hour"."""
DOLLARS = {"australian": "AUD", "canadian": "CAD", "hong": "HKD", "kong": "HKD", "zealand": "NZD", "singapore": "SGD"}
"""Currency codes by the word before "dollars"."""


def is_currency(unit: Unit) -> bool:
    """Whether it is a currency."""
    return (len(unit.name) == 3 and unit.name.isupper()) or unit.name == "cent"
