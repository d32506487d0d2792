"""How newspapers and the post shorten the names of states of the USA: "Fargo, N.D.", "Buffalo, NY"."""

# fmt: off
SHORT_STATES = {
    "alaska": ("ak",), "alabama": ("ala",), "arizona": ("az", "ariz"), "california": ("calif",), "colorado": ("colo",),
    "connecticut": ("ct", "conn"), "florida": ("fl", "fla"), "georgia": ("ga",), "illinois": ("il",), "iowa": ("ia",),
    "kansas": ("ks",), "kentucky": ("ky",), "massachusetts": ("ma",), "maryland": ("md",), "michigan": ("mich",),
    "minnesota": ("mn", "minn"), "nebraska": ("neb",), "nevada": ("nv", "nev"), "new hampshire": ("nh",),
    "new jersey": ("nj",), "new mexico": ("nm",), "new york": ("ny",), "north carolina": ("nc",),
    "north dakota": ("nd",), "ohio": ("oh",), "oklahoma": ("okla",), "rhode island": ("ri",), "south carolina": ("sc",),
    "south dakota": ("sd",), "tennessee": ("tn", "tenn"), "texas": ("tx",), "utah": ("ut",), "vermont": ("vt",),
    "virginia": ("va",), "west virginia": ("wv", "wva", "w va"), "wisconsin": ("wi", "wis"), "wyoming": ("wy", "wyo"),
}
# fmt: on
"""In lower case, without full stops. What is likelier something else is left out: "LA", "PA", "Miss", "Wash"."""
