"""Which id each entry of the demo content got, kept with the data so that loading can go on."""

import json

from matchmaker.database import Database

_SETTING = "demo_keys"


class Keys:
    """The ids by noun and key; :meth:`store` keeps them in the transaction of the caller."""

    def __init__(self, db: Database) -> None:
        self._db = db
        row = db.first("select value from setting where name = ?", (_SETTING,))
        self._ids: dict[str, dict[str, int]] = json.loads(row["value"]) if row else {}

    def keep(self, noun: str, key: str, made_id: int) -> None:
        self._ids.setdefault(noun, {})[key] = made_id

    def find(self, noun: str, key: str) -> int | None:
        return self._ids.get(noun, {}).get(key)

    def get(self, noun: str, key: str) -> int:
        return self._ids[noun][key]

    def store(self) -> None:
        self._db["setting"].upsert({"name": _SETTING, "value": json.dumps(self._ids)}, pk="name")
