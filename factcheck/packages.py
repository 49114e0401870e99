"""Sets of packages that not everybody needs."""


def how_to_install(name: str) -> str:
    return f"pip install -r requirements/{name}.txt (without a checkout: the extra `{name}` of the package factline)"
