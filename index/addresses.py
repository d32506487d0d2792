"""Web addresses: one form for the many spellings in which a page's address is passed on, and the date in its path.

Knows nothing of articles, and fetches nothing.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_TRACKING = re.compile(
    r"(?:utm|at|mtm|pk|piwik|hsa|vero|ns)_\w+$|mc_[ce]id$|_hs\w+$|__twitter_impression$|(?:fb|g|dc|ms|tt|tw|y|wbra|gbra)clid$"
    r"|(?:gclsrc|igshid|igsh|cmpid|icid|ncid|sref|ref|ref_src|ref_url|referrer|smid|smtyp|xtor|ocid|mbid|ftag|fromrss|rss"
    r"|taid|s_cid)$",
    re.IGNORECASE,
)
"""Parameters that say where a reader comes from, not which page is meant."""
_VERSIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("amp", "m", "print", "mobile"), ("", "1", "true")),
    **dict.fromkeys(("outputtype", "output", "mode", "view"), ("amp", "print", "mobile")),
}
"""Parameters, with the values that ask for the same page in another make-up."""
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp|touch|wap)\.(?=[^.]+\.)")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp|shtml)$")
_AMP = re.compile(r"/amp(?:\.html)?$|\.amp(?:\.html)?$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATED = re.compile(
    rf"/(?:(?P<year>(?:19|20)\d\d)(?P<mark>[/-])(?P<month>\d\d?|{'|'.join(_MONTHS)})(?P=mark)(?P<day>\d\d?)"
    r"|(?P<compact>(?:19|20)\d{6}))(?=[/_.-]|$)"
)


def normal_address(url: str) -> str:
    """`url` without what does not change the page, as `host/path?query`: one page, one normal address.

    Left out are scheme, the hosts' `www.`, `m.` and `amp.`, port 80 or 443, fragment, tracking parameters, marks of
    AMP, print and mobile versions, `index.html`, doubled and closing slashes. Case doesn't count, escapes of plain
    characters are resolved, parameters are sorted. Raises ValueError where it is no address.
    """
    parts = urlsplit(url)
    try:
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        port = ""
    path = re.sub(r"/{2,}", "/", quote(unquote(parts.path), safe="/~:@!$&'()*+,;=-._").lower())
    path = _AMP.sub("", _INDEX.sub("", path.rstrip("/"))).removeprefix("/amp/")
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name) and value.lower() not in _VERSIONS.get(name.lower(), ())
    )
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{site_of(url)}{port}/{path.strip('/')}{query}".rstrip("/")


def site_of(url: str) -> str:
    """The host of `url`, without `www.` and its like."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return _HOST_PREFIX.sub("", host)


def date_in(url: str) -> date | None:
    """The day that the path of `url` names in full (`/2024/08/08/`, `/2024-08-08-`, `/20240808/`), or None."""
    for match in _DATED.finditer(urlsplit(url).path.lower()):
        year, month, day = match["year"], match["month"], match["day"]
        if match["compact"]:
            year, month, day = match["compact"][:4], match["compact"][4:6], match["compact"][6:]
        try:
            return date(int(year), _MONTHS.index(month) + 1 if month in _MONTHS else int(month), int(day))
        except ValueError:
            continue
    return None
