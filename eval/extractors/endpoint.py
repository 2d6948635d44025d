"""An HTTP endpoint that is sent an article as JSON and answers with a prediction."""

from http.client import HTTPException
from ipaddress import ip_address
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

import msgspec

from goldwire.eval.extractors import Extractor
from goldwire.schemas.errors import UsageError
from goldwire.schemas.record import Record

_LARGEST = 64 * 1024 * 1024
_SECONDS = 600


class _NoRedirect(HTTPRedirectHandler):
    """Follow no redirect: an article goes where the user sends it, and nowhere else."""

    def redirect_request(self, *given: object, **more: object) -> None:
        return None


class Endpoint:
    """One endpoint, asked once for each article."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.opener: OpenerDirector = build_opener(_NoRedirect, ProxyHandler({}))

    def extract(self, article: Record) -> bytes:
        """Post the article and return the body of the answer."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        request = Request(self.url, msgspec.json.encode(article), headers, method="POST")
        try:
            with self.opener.open(request, timeout=_SECONDS) as answer:
                kind = answer.headers.get_content_type()
                body: bytes = answer.read(_LARGEST + 1)
        except HTTPError as error:
            raise OSError(f"the endpoint answered with status {error.code}") from None
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise OSError(f"the endpoint gave no answer: {reason}") from None
        if not kind.endswith("json"):
            raise OSError(f"the endpoint answered with {kind}, not with JSON")
        if len(body) > _LARGEST:
            raise OSError(f"the answer is longer than {_LARGEST >> 20} MB")
        return body


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def http(argument: str) -> Extractor:
    """Return an endpoint on this machine as an extractor."""
    return _made(f"http:{argument}")


def https(argument: str) -> Extractor:
    """Return an endpoint as an extractor."""
    return _made(f"https:{argument}")


def _made(url: str) -> Extractor:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host:
        raise UsageError("url-form", "the URL names no host", "write https://host/path")
    if parts.scheme == "http" and not _is_loopback(host):
        what = f"{host} would be sent articles in the clear"
        raise UsageError("insecure-url", what, "use https, or a host of this machine")
    shown = f"{parts.scheme}://{host}{parts.path}"  # user, password and query are left out
    return Extractor(shown, None, None, Endpoint(url).extract)
