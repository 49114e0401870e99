"""Candidates to decide on, which tests of decisions share."""

from factcheck.matching.decide.decision import Candidate, Decision
from factcheck.ports import Hit

FLOUR = "燙到手的時候把手放進冷麵粉裡面10分鐘，皮膚就不會起水泡，這是退休老醫師說的"
EDITED = "各位，燙到手的時候，把手放進冷麵粉裡面10分鐘，皮膚就不會起水泡喔，這是退休的老醫生說的"
LEMON = "檸檬切片泡熱水喝可以殺死癌細胞，比化療強一萬倍"
QUAKE = "氣象局說今天晚上有大地震，請大家不要睡覺"
BRIDGE = "市府公告：下週一起舊大橋封閉施工，所有車輛請改走新大橋，預計三個月後重新開放通行，請大家轉告親友"


def candidate(article_id: str, text: str, cosine: float | None = None, answerable: bool = True) -> Candidate:
    return Candidate(article_id, text, answerable, Hit(article_id, cosine=cosine))


OTHERS = [candidate("lemon", LEMON, 0.28), candidate("quake", QUAKE, 0.22)]


def first(decision: Decision) -> str:
    return decision.candidates[0].article_id
