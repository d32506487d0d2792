"""Patterns of units of measurement: their spellings, base units and conversion factors.

Our own table, since the units library `pint` takes 0.8 s to load; it agrees with `pint`.
"""

from __future__ import annotations

import re

_LENGTH, _AREA, MASS, TIME = "metre", "square metre", "kilogram", "second"
_SPEED, HEAT = "metre per second", "celsius"
MEASURED = frozenset({_LENGTH, _AREA, MASS, _SPEED, HEAT})
_UNITS: tuple[tuple[str, str, float], ...] = (
    (r"percent|per cent|%", "percent", 1),
    (r"percentage points?", "percentage point", 1),
    (r"square (?:kilomet(?:er|re)s?|km)|sq\.? km|km2|km²", _AREA, 1e6),
    (r"square (?:mile)s?|sq\.? mi(?:les?)?", _AREA, 2_589_988.11),
    (r"square (?:met(?:er|re)s?)|sq\.? m|m²", _AREA, 1),
    (r"square (?:foot|feet)|sq\.? ft", _AREA, 0.09290304),
    (r"hectares?", _AREA, 1e4),
    (r"acres?", _AREA, 4046.8564224),
    (r"(?:kilomet(?:er|re)s?|km) ?(?:per|an|/) ?(?:hour|h)|km/h|kmh|kph", _SPEED, 1 / 3.6),
    (r"miles (?:per|an) hour|mph", _SPEED, 0.44704),
    (r"kilomet(?:er|re)s?|kms?", _LENGTH, 1000),
    (r"miles?", _LENGTH, 1609.344),
    (r"met(?:er|re)s?|m", _LENGTH, 1),
    (r"centimet(?:er|re)s?|cm", _LENGTH, 0.01),
    (r"millimet(?:er|re)s?|mm", _LENGTH, 0.001),
    (r"foot|feet|ft", _LENGTH, 0.3048),
    (r"inch(?:es)?", _LENGTH, 0.0254),
    (r"yards?", _LENGTH, 0.9144),
    (r"kilogram(?:me)?s?|kilos?|kgs?", MASS, 1),
    (r"gram(?:me)?s?", MASS, 0.001),
    (r"(?:metric )?tons?|tonnes?", MASS, 1000),
    (r"pounds?|lbs?", MASS, 0.45359237),
    (r"ounces?", MASS, 0.028349523),
    (r"seconds?", TIME, 1),
    (r"minutes?|mins?", TIME, 60),
    (r"hours?|hrs?", TIME, 3600),
    (r"days?", TIME, 86_400),
    (r"weeks?", TIME, 604_800),
    (r"months?", TIME, 365.25 / 12 * 86_400),
    (r"years?", TIME, 365.25 * 86_400),
    (r"decades?", TIME, 3652.5 * 86_400),
    (r"(?:degrees? )?celsius|degrees? c|°c", HEAT, 1),
    (r"(?:degrees? )?fahrenheit|degrees? f|°f", "fahrenheit", 1),
    (r"(?:us |u\.s\. |american )?dollars?|usd", "USD", 1),
    (r"euros?|eur", "EUR", 1),
    (r"pounds sterling|gbp", "GBP", 1),
    (r"yen", "JPY", 1),
    (r"yuan|renminbi", "CNY", 1),
    (r"(?:indian )?rupees?", "INR", 1),
    (r"r(?:o)?ubles?", "RUB", 1),
    (r"afghanis?", "AFN", 1),
)
PERCENT = frozenset({"percent", "percentage point"})
YEAR = 365.25 * 86_400
UNIT = re.compile(
    r"[ -]?(?:(?:" + ")|(?:".join(sorted((names for names, _, _ in _UNITS), key=len, reverse=True)) + r"))(?![\w²])",
    re.IGNORECASE,
)
PATTERNS = [(re.compile(names, re.IGNORECASE), unit, factor) for names, unit, factor in _UNITS]
