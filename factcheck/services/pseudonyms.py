"""Names for people who have not chosen one, so that nobody publishes a real name by accident."""

import hashlib

ADJECTIVES = (
    "Amber Brave Bright Calm Careful Cheerful Clever Cosy Curious Eager Early Fair Gentle Golden Happy Honest Jolly "
    "Keen Kind Lively Lucky Merry Mild Misty Nimble Patient Plucky Polite Quick Quiet Rosy Sharp Silver Steady Sunny "
    "Swift Tidy Warm Wise Witty"
).split()
ANIMALS = (
    "Badger Barbet Bear Beaver Bulbul Butterfly Civet Crane Deer Dolphin Dragonfly Egret Falcon Finch Firefly Fox "
    "Gecko Goose Heron Ibis Kingfisher Lark Leopard Magpie Marten Muntjac Otter Owl Pangolin Pheasant Robin Salmon "
    "Serow Sparrow Squirrel Starling Swallow Tern Turtle Wren"
).split()


def pseudonym(seed: str) -> str:
    """Makes the same name, such as 'Patient Heron 417', for the same seed. It is not unique."""
    digest = hashlib.sha256(f"pseudonym:{seed}".encode()).digest()
    number = int.from_bytes(digest[2:4], "big") % 900 + 100
    return f"{ADJECTIVES[digest[0] % len(ADJECTIVES)]} {ANIMALS[digest[1] % len(ANIMALS)]} {number}"
