"""Where jobs are kept: SQLite by default, PostgreSQL by URL."""

from jvopt.service.store.engine import BadDatabase, open_engine
from jvopt.service.store.store import AWAY, Claimed, Store, TooMany

__all__ = ["AWAY", "BadDatabase", "Claimed", "Store", "TooMany", "open_engine"]
