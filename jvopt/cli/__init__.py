"""The command line: `jvopt template`, `check`, `solve`, the analyses, `examples`, `serve`."""

from jvopt.cli.analyses import add_commands
from jvopt.cli.commands import app

add_commands(app)

__all__ = ["app"]
