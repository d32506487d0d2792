"""Tables with an article in each row: CSV, TSV and Parquet, with columns named as the fields of JSON records.

index/read/metadata.py, or the caller, knows which column is which field.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from dateline.index.article import Problem
from dateline.index.errors import ArticleError
from dateline.index.read.decode import decode
from dateline.index.read.json_records import broken, record_of
from dateline.index.read.metadata import TEASERS, TEXT
from dateline.index.read.record import MAX_ARTICLE_BYTES, Record

_DELIMITERS = ",;\t|"


def records_of_csv(path: str, payload: bytes, delimiter: str | None = None) -> Iterator[Record | Problem]:
    """One record for each row of a CSV file with a header; a problem for each row that has too many cells.

    `delimiter`: None to detect it in the header.
    """
    decoded = decode(payload)
    if decoded.replaced:
        yield Problem(path, None, broken(decoded.replaced), "warning")
    text = decoded.text.lstrip("\ufeff")
    header = text.split("\n", 1)[0]
    delimiter = delimiter or max(_DELIMITERS, key=header.count)
    csv.field_size_limit(MAX_ARTICLE_BYTES)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    found, line = 0, 2
    try:
        names = [name.strip() for name in rows.fieldnames or []]
        if len(set(names)) < 2:
            yield Problem(path, 1, "The first line should name the columns, two or more of them, as in id,title,text.")
            return
        rows.fieldnames = names
        for row in rows:
            found += 1
            if None in row:
                reason = (
                    f"The row has more cells than the header has names; a cell with {delimiter!r} in it needs quotes."
                )
                yield Problem(path, line, reason)
            else:
                yield record_of({name: cell for name, cell in row.items() if cell not in (None, "")}, path, line)
            line = rows.line_num + 1
    except csv.Error as error:
        yield Problem(path, rows.line_num, f"The table is broken here ({error}); correct the quotes.")
    if not found:
        yield Problem(path, None, "The table has no rows below its header.", "warning")


def records_of_parquet(path: str, payload: bytes) -> Iterator[Record | Problem]:
    """One record for each row of a Parquet file. Raises ArticleError if it is damaged or pyarrow is missing."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise missing_extra("Parquet files", "pyarrow") from error
    try:
        file = parquet.ParquetFile(io.BytesIO(payload))
        number = 0
        for batch in file.iter_batches(batch_size=500):
            for row in batch.to_pylist():
                number += 1
                given = {name: _plain(value) for name, value in row.items() if value is not None}
                yield record_of(given, path, number)
    except (pyarrow.ArrowException, OSError) as error:
        raise ArticleError("The Parquet file is damaged.", hint="Write or fetch it again.") from error


def missing_extra(what: str, package: str) -> ArticleError:
    """The error for a package of the extra `formats` that is not installed."""
    return ArticleError(f"{what} need {package}.", hint="Install it with: pip install 'dateline[formats]'.")


def with_columns(record: Record, columns: Mapping[str, str]) -> Record:
    """A JSON record with renamed fields. `columns`: field → the column with its value."""
    given: dict[str, Any] = json.loads(record.payload)
    taken = {field: given[column] for field, column in columns.items() if column in given}
    if "text" in taken:  # or another column that could be the text would come first
        given = {name: value for name, value in given.items() if name not in (*TEXT, *TEASERS)}
    text = json.dumps(given | taken, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return replace(record, payload=text.encode("utf-8", "replace"))


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | dict | str | int | float):
        return value
    return str(value)
