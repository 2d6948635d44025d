"""Hotkeys of labels and choices: none twice, and none that the editor or the browser has.

The editor gives a label without a key one of its own choosing, so that every label needs one.
"""

from string import ascii_lowercase, digits

from goldwire.schemas.errors import UsageError

EDITOR = frozenset(
    (
        *("u", "enter", "backspace", "delete", "escape"),
        *("alt+r", "alt+h", "alt+l", "alt+m", "alt+."),
        *("ctrl+enter", "ctrl+space", "ctrl+backspace"),
        *("ctrl+h", "ctrl+d", "ctrl+z", "ctrl+shift+z"),
        *(f"alt+shift+{digit}" for digit in digits),
        *("shift+up", "shift+down", "shift+left", "shift+right", "shift+."),
    )
)
"""What the editor and its list of tasks take for themselves while a text is annotated."""

_ROW = (*digits[1:], "0", "minus", "plus")
_LETTERS = tuple(ascii_lowercase)
_KEYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mention": ("", _LETTERS),
    "quote": ("shift+", _LETTERS),
    "relation": ("shift+", _LETTERS),
    "level": ("", _ROW[:10]),
    "certainty": ("", _ROW[:10]),
    "part": ("", _ROW[:10]),
    "optional": ("", _ROW[:10]),
    "zone": ("shift+", _ROW[:10]),
    "boilerplate": ("shift+", _ROW[:10]),
    "mod": ("ctrl+alt+", _ROW),
}
"""For each control what is held down, and the keys it takes from; in the order of taking."""


def hotkeys(values: dict[str, list[str]]) -> dict[str, dict[str, str]]:
    """Return the key of each value of each control: a letter of its name if one is free.

    Raises UsageError if a control has no keys or too few.
    """
    taken = set(EDITOR)
    found: dict[str, dict[str, str]] = {name: {} for name in values}
    order = sorted(values, key=lambda name: [*_KEYS, name].index(name))
    for name in order:
        for value in values[name]:
            key = next((each for each in _wanted(name, value) if each not in taken), None)
            if key is None:
                what = f'there is no hotkey left for "{value}" of {name}'
                raise UsageError("no-hotkey", what, "give the control more keys")
            taken.add(key)
            found[name][value] = key
    return found


def _wanted(name: str, value: str) -> list[str]:
    """Return a control's keys, those that are in the value's name first."""
    held, keys = _KEYS.get(name, ("", ()))
    own = [letter for letter in value.lower() if letter in keys]
    return [held + key for key in (*own, *keys)]
