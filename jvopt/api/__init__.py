"""The HTTP service: a FastAPI app (`jvopt.api.app`), served by `jvopt.api.server`."""
