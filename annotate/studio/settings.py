"""The environment variables of Label Studio's process: ours, and nearly none of the user's."""

import os
from pathlib import Path

_PASSED_ON = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR")
_SETTINGS = {
    "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
    "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
    "LABEL_STUDIO_SENTRY_DSN": "",
    "LABEL_STUDIO_FRONTEND_SENTRY_DSN": "",
    "LABEL_STUDIO_FEATURE_FLAGS_OFFLINE": "true",
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "LABEL_STUDIO_DJANGO_DB": "sqlite",
    "LABEL_STUDIO_ALLOWED_HOSTS": "127.0.0.1,localhost",
}


def environment(folder: Path, port: int) -> dict[str, str]:
    """Return them; few of the user's pass, as even DEBUG and HOST are settings of Label Studio."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    data = str(folder / "data")
    places = {"HOME": data, "LABEL_STUDIO_BASE_DATA_DIR": data, "LABEL_STUDIO_PORT": str(port)}
    return {**passed, **_SETTINGS, **places}
