"""`dateline mcp`: the MCP server over stdio, which an agent's program starts.

Standard output belongs to the protocol. Knows nothing of tools.
"""

from __future__ import annotations

import click


@click.command()
def mcp() -> None:
    """Serve the archive in DATELINE_HOME to an agent, over standard input and output.

    For the configuration of MCP clients: command `dateline`, arguments `mcp`. `dateline serve` offers the same at /mcp.
    """
    from dateline.api.access import OPERATOR
    from dateline.api.compose import open_services
    from dateline.api.http.dependencies import system_clock
    from dateline.api.mcp.server import create_mcp
    from dateline.api.settings import load_settings

    services = open_services(load_settings())
    try:
        # Whoever starts it may read the archive's files anyway.
        create_mcp(lambda: services, system_clock, lambda _context: OPERATOR).run("stdio")
    finally:
        services.close()
