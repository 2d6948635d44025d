"""Maps the four folders of the checkout to ``goldwire.<folder>``; all else is in pyproject.toml."""

from setuptools import find_packages, setup

FOLDERS = ("schemas", "corpus", "eval", "annotate")

setup(
    package_dir={"goldwire": "src/goldwire", **{f"goldwire.{name}": name for name in FOLDERS}},
    packages=["goldwire"]
    + [f"goldwire.{name}" for name in FOLDERS]
    + [f"goldwire.{name}.{sub}" for name in FOLDERS for sub in find_packages(name)],
    include_package_data=False,
    package_data={
        "goldwire": ["py.typed"],
        "goldwire.schemas": ["data/*.json", "data/maps/*.tsv", "json/*.json"],
        "goldwire.corpus": [
            "articles/*/*.txt",
            "articles/*/*.json",
            "articles/*/passes/*",
            "reading/*.css",
            "reading/*.html",
            "reading/*.js",
            "LICENSE.md",
        ],
        "goldwire.eval": [
            "extractors/*.json",
            "extractors/*.md",
            "leaderboard/*.css",
            "leaderboard/*.html",
            "leaderboard/*.js",
            "report/templates/*",
        ],
        "goldwire.annotate": ["*.md"],
    },
)
