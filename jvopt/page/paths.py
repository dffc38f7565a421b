"""Which paths are the API's, and which the page's."""

_API = ("/v1", "/openapi.json")


def is_api(path: str) -> bool:
    """Tell whether a path is the API's and never the page's, whatever method it is asked with."""
    return any(path == own or path.startswith(f"{own}/") for own in _API)
