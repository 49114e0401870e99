from indexer.training.glosses import english_words, read_entries, readings, synonym_groups

DICTIONARY = """\
手機 手机 [shou3 ji1] /cell phone/mobile phone/CL:部[bu4],支[zhi1]/
行動電話 行动电话 [xing2 dong4 dian4 hua4] /cell phone/mobile phone (Tw)/
計程車 计程车 [ji4 cheng2 che1] /(Tw) taxi; cab/
黨 党 [dang3] /party/
東部 东部 [dong1 bu4] /the part of a country/
西部 西部 [xi1 bu4] /the part of a country/
土司 土司 [tu3 si1] /sliced bread (loanword)/government-appointed hereditary chieftain/
吐司 吐司 [tu3 si1] /sliced bread (loanword)/
銀行 银行 [yin2 hang2] /bank/CL:家[jia1]/
河岸 河岸 [he2 an4] /bank/
民進黨 民进党 [Min2 jin4 dang3] /abbr. for 民主進步黨|民主进步党[Min2 zhu3 Jin4 bu4 dang3]/
長 长 [chang2] /length/long/
長 长 [zhang3] /chief/to grow/
嘗 尝 [chang2] /to taste the length of it/
"""
ENTRIES = list(read_entries(DICTIONARY.splitlines()))
SIBLINGS = {"东": frozenset("西"), "西": frozenset("东")}


def test_words_that_share_whole_glosses_are_synonyms() -> None:
    groups = synonym_groups(ENTRIES, SIBLINGS)
    assert ("手机", "行动电话") in groups
    assert ("民主进步党", "民进党") in groups


def test_one_common_word_or_a_sibling_is_not_enough() -> None:
    grouped = {word for group in synonym_groups(ENTRIES, SIBLINGS) for word in group}
    assert grouped.isdisjoint(["银行", "河岸", "东部", "西部"])
    assert ("东部", "西部") in synonym_groups(ENTRIES, {})


def test_readings_have_no_tone_and_all_characters() -> None:
    found = readings(ENTRIES)
    assert found["chang"] == "尝长"
    assert found["zhang"] == "长"


def test_english_words_are_those_seen_often() -> None:
    assert {"length", "phone"} <= {*english_words(ENTRIES, 2)}
    assert "chieftain" not in english_words(ENTRIES, 2)
