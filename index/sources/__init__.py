"""Sources: feeds, news sitemaps, single pages and folders whose articles come in by themselves.

    source.py, registry.py      what a source is; the table of sources
    entries.py                  the table of what sources have listed, and what became of each entry
    addresses.py, connection.py which addresses are connected to, and how long that may take
    fetch.py, unpack.py         one HTTP GET: redirects, conditions, limits
    robots.py                   robots.txt
    listing.py, json_feed.py, sitemap.py   a feed or a sitemap into entries
    changes.py                  a listing against what is known: new, changed, renamed, disappeared
    full_text.py                an entry and its page into an article
    folder.py, observer.py      files of a folder into entries; changes noticed as they happen
    runner.py                   one run of a source, one page of an entry
    websub.py                   the hub that a feed names, a notification's signature
    subscriptions.py, subscriber.py   the table of subscriptions at hubs; hubs asked
    watcher.py                  all sources: what is due, when, and how often a host may be asked

What is listed is written down before it is taken in, so that nothing is lost to a kill though the feed has moved on.
Articles go through `index/ingest.py` as all others do. Knows nothing of the command line or of the HTTP API.
"""
