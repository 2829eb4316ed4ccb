"""What the database holds after the load, as plain values: the checks look at nothing else."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import MetaData, Table, create_engine, select

Row = dict[str, Any]
WANTED = ("person", "subject", "day_sheet", "homework", "item", "sheet_version", "log_entry")


@dataclass
class Records:
    """Rows as dicts, in the order of their ids. Filings know their subject's name and hold their items; log rows know
    the login of who acted ("" for the portal itself).
    """

    sheets: list[Row]
    filings: list[Row]
    versions: list[Row]
    log: list[Row]

    def of_sheet(self, sheet: Row) -> "Records":
        """The part that belongs to one sheet."""
        mine = [
            [row for row in rows if row["sheet_id"] == sheet["id"]] for rows in (self.filings, self.versions, self.log)
        ]
        return Records([sheet], *mine)


def read_records(url: str) -> Records:
    """Everything that matters, read over a connection of its own."""
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = {name: Table(name, MetaData(), autoload_with=connection, resolve_fks=False) for name in WANTED}
        rows = {
            name: [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]
            for name, table in tables.items()
        }
    engine.dispose()
    logins = {row["id"]: row["login"] for row in rows["person"]} | {None: ""}
    names = {row["id"]: row["name"] for row in rows["subject"]}
    items = defaultdict(list)
    for row in sorted(rows["item"], key=lambda row: row["position"]):
        items[row["homework_id"]].append(row)
    for row in rows["homework"]:
        row |= {"subject": names[row["subject_id"]], "items": items[row["id"]], "by": logins[row["teacher_id"]]}
    for row in rows["log_entry"]:
        row["by"] = logins[row["actor_id"]]
    return Records(rows["day_sheet"], rows["homework"], rows["sheet_version"], rows["log_entry"])
