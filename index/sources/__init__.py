"""Sources: feeds, news sitemaps, pages and folders that are watched for articles.

    source.py, registry.py      a source; the table of sources
    entries.py                  the table of listed entries and their states
    addresses.py, connection.py public addresses; connections with a deadline
    fetch.py, unpack.py         HTTP requests: redirects, conditions, limits
    polite.py, robots.py        pauses between requests; robots.txt
    listing.py, json_feed.py, sitemap.py   a feed or a sitemap into entries
    changes.py, takedowns.py    a listing compared with the known entries; articles that were taken down
    full_text.py                an entry and its page into an article
    folder.py, observer.py      files of a folder into entries; file system events
    runner.py, outcome.py       one run of a source, one page of an entry; the state of an entry afterwards
    websub.py, subscriptions.py, subscriber.py   WebSub: the protocol; the table of subscriptions; requests to hubs
    watcher.py                  schedules the runs of all sources

Listed entries are stored before they are ingested, so that a kill loses nothing even if the feed has moved on. Articles
go through `index/ingest.py` like all others. Knows nothing of the command line or of the HTTP API.
"""
