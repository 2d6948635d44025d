"""Where articles may be sent: by https, or by http to this machine."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from goldwire.schemas.errors import UsageError


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def safe_parts(url: str, name: str = "the URL") -> SplitResult:
    """Return a URL's parts; UsageError unless it is https, or http to this machine."""
    no_url = UsageError("url-form", f"{name} names no host", "write https://host/path")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port  # a wrong port is an error when it is read
    except ValueError:
        raise no_url from None
    if not host or parts.scheme not in ("http", "https"):
        raise no_url
    if parts.scheme == "http" and not is_loopback(host):
        what = f"{host} would be sent articles in the clear"
        raise UsageError("insecure-url", what, "use https, or a host of this machine")
    return parts
