"""The command line: cases and plans, the analyses, and the service."""

from jvopt.cli import serving
from jvopt.cli.analyses import add_commands
from jvopt.cli.commands import app

add_commands(app)

__all__ = ["app", "serving"]
