"""The states of the USA, and how newspapers and the post shorten their names: "Fargo, N.D.", "Buffalo, NY"."""

# fmt: off
SHORT_STATES = {
    "alabama": ("al", "ala"), "alaska": ("ak",), "arizona": ("az", "ariz"), "arkansas": ("ar", "ark"),
    "california": ("ca", "calif"), "colorado": ("co", "colo"), "connecticut": ("ct", "conn"), "delaware": ("de", "del"),
    "florida": ("fl", "fla"), "georgia": ("ga",), "hawaii": ("hi",), "idaho": ("id",), "illinois": ("il", "ill"),
    "indiana": ("in", "ind"), "iowa": ("ia",), "kansas": ("ks", "kan"), "kentucky": ("ky",), "louisiana": ("la",),
    "maine": ("me",), "maryland": ("md",), "massachusetts": ("ma", "mass"), "michigan": ("mi", "mich"),
    "minnesota": ("mn", "minn"), "mississippi": ("ms", "miss"), "missouri": ("mo",), "montana": ("mt", "mont"),
    "nebraska": ("ne", "neb"), "nevada": ("nv", "nev"), "new hampshire": ("nh",), "new jersey": ("nj",),
    "new mexico": ("nm",), "new york": ("ny",), "north carolina": ("nc",), "north dakota": ("nd",), "ohio": ("oh",),
    "oklahoma": ("ok", "okla"), "oregon": ("or", "ore"), "pennsylvania": ("pa",), "rhode island": ("ri",),
    "south carolina": ("sc",), "south dakota": ("sd",), "tennessee": ("tn", "tenn"), "texas": ("tx",), "utah": ("ut",),
    "vermont": ("vt",), "virginia": ("va",), "washington": ("wa", "wash"), "west virginia": ("wv", "w va"),
    "wisconsin": ("wi", "wis"), "wyoming": ("wy", "wyo"),
}
# fmt: on
"""In lower case, without full stops."""
