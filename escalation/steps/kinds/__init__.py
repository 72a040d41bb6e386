"""The kinds of steps, a module each: adding one is a module here, and `make states`."""

from importlib import import_module
from pkgutil import iter_modules


def read_kinds() -> None:
    """Read every module of this folder, so that its kinds are registered."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
