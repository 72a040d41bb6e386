"""The one migrated test database of a run: made by the worker that comes first, and copied for each."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """No other worker of the run is in a block for this folder meanwhile."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def take_copy(worker: str, *, users: Path, fill: Callable[[], object]) -> None:
    """From now on the default connection goes to this worker's own copy; `fill` writes what every test finds in it.

    `users` is a folder of the run, with a file for each worker that has a copy.
    """
    creation, whole = connection.creation, name_of_whole()
    with alone(users):
        if not users.exists():
            creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            fill()
            users.mkdir()
        (users / worker).touch()
        go_to(whole)
        creation.clone_test_db(worker, verbosity=0, autoclobber=True)
        go_to(str(creation.get_test_db_clone_settings(worker)["NAME"]))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # from the next connection on: no test stops this server
            cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} SET synchronous_commit TO off")
        connection.close()


def give_back(worker: str, *, users: Path) -> None:
    """The copy goes, and after the last one the database that was copied."""
    creation = connection.creation
    creation.destroy_test_db(verbosity=0)
    with alone(users):
        (users / worker).unlink()
        if not any(users.iterdir()):
            users.rmdir()
            go_to(name_of_whole())
            creation.destroy_test_db(verbosity=0)


def name_of_whole() -> str:
    """The database that is copied, and that no test writes to."""
    return str(connection.creation._get_test_db_name())


def go_to(name: str) -> None:
    """The default connection, in every thread that opens it from now on, is to the database of this name."""
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name
