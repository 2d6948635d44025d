"""``python -m goldwire`` is the ``goldwire`` command."""

from goldwire.main import main

if __name__ == "__main__":
    main()
