"""The process of Label Studio: migrations, accounts, then the server, on this machine alone.

It is run as a file by the Python of Label Studio's environment, which has no goldwire in it. The
accounts come over its standard input, so no password stands in a command line or an environment.
``label-studio start`` would take the next port where one is busy; Django's own server ends.
"""

import os
import signal
import sys
from ipaddress import ip_address

NAMES = ("127.0.0.1", "::1", "localhost", "", None)


def main() -> None:
    """Serve until SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.umask(0o077)
    accounts = sys.stdin.read().split("\0")
    port = os.environ["LABEL_STUDIO_PORT"]
    os.chdir(os.environ["LABEL_STUDIO_BASE_DATA_DIR"])
    sys.addaudithook(stay_here)
    from label_studio import server

    server._setup_env()
    server._apply_database_migrations()
    make_accounts(list(zip(accounts[::3], accounts[1::3], accounts[2::3], strict=True)))
    from django.conf import settings

    settings.INTERNAL_PORT = port
    server._app_run("127.0.0.1", port)


def stay_here(event: str, given: tuple[object, ...]) -> None:
    """Refuse every connection to another machine, and to ask for its address."""
    address: object = None
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        where = given[1]
        address = where[0] if isinstance(where, tuple) else None  # else it is no network's
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = given[0]
    if not is_here(address):
        os.write(2, f"refused: a connection to {address!r}\n".encode())
        raise ConnectionRefusedError("goldwire lets Label Studio connect to this machine alone")


def is_here(address: object) -> bool:
    """Whether an address, or a name, is this machine's."""
    if isinstance(address, bytes):
        address = address.decode("ascii", "replace")
    if address in NAMES:
        return True
    try:
        return ip_address(str(address)).is_loopback
    except ValueError:
        return False


def make_accounts(accounts: list[tuple[str, str, str]]) -> None:
    """Let there be each account, of (email, password, token), all in one organisation.

    One that is there and has its token is left as it is, even if its password was changed since.
    """
    from organizations.models import Organization
    from rest_framework.authtoken.models import Token
    from users.models import User

    for email, password, token in accounts:
        user = User.objects.filter(email=email).first() or User(email=email)
        if user.pk is None or not Token.objects.filter(user=user, key=token).exists():
            user.username = email.partition("@")[0]
            user.set_password(password)
            user.save()
            Token.objects.filter(user=user).delete()
            Token.objects.create(user=user, key=token)
        organization = Organization.objects.first()
        if organization is None:
            organization = Organization.create_organization(created_by=user, title="goldwire")
        organization.add_user(user)  # does nothing if it is in it
        organization.jwt.legacy_api_tokens_enabled = True
        organization.jwt.save()
        user.active_organization = organization
        user.save(update_fields=["active_organization"])


if __name__ == "__main__":
    main()
