"""`python -m dateline`: the command line without an installed script."""

from dateline.api.cli.main import main

if __name__ == "__main__":
    main()
