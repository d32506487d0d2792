"""`dateline mcp`: the MCP server over stdio.

Standard output carries the protocol only. Knows nothing of the tools.
"""

from __future__ import annotations

import click


@click.command()
def mcp() -> None:
    """Serve the archive as MCP tools over stdin and stdout.

    Configure MCP clients with the command `dateline` and the argument `mcp`. `dateline serve` has the same tools at
    /mcp.
    """
    from dateline.api.access import OPERATOR
    from dateline.api.compose import open_services
    from dateline.api.http.dependencies import system_clock
    from dateline.api.mcp.server import create_mcp
    from dateline.api.settings import load_settings

    services = open_services(load_settings())
    try:
        # Its user can read the archive's files anyway.
        create_mcp(lambda: services, system_clock, lambda _context: OPERATOR).run("stdio")
    finally:
        services.close()
