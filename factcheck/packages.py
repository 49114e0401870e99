"""The sets of packages that not everybody needs: files in `requirements/`, and extras of the package."""


def how_to_install(name: str) -> str:
    """Says it to who has a checkout, and to who has not."""
    return f"pip install -r requirements/{name}.txt (without a checkout: the extra `{name}` of the package factline)"
