"""The command line as ``python -m jvopt.cli``."""

from jvopt.cli import app

if __name__ == "__main__":
    app()
