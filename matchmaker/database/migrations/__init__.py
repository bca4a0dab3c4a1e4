"""Every change of the schema, oldest first. Append only: what has run is never edited."""

# Importing a module registers its changes; the order of the imports is that of the changes.
from matchmaker.database.migrations import (  # isort: skip
    founding as founding,
    growing as growing,
    queue as queue,
    consent as consent,
    pooling as pooling,
    procurement as procurement,
    casework as casework,
    alerts as alerts,
    quality as quality,
    overview as overview,
    outbox as outbox,
    testbeds as testbeds,
    outside as outside,
    blind_readings as blind_readings,
)
from matchmaker.database.migrations.registry import migrations

__all__ = ["migrations"]
