"""Japanese. Except in chatter, characters shared with Chinese are simplified (周 for 週), as in normalised text; words
that both languages have stand in `lang.zh`."""

from factcheck.matching.text.words import Words

WORDS = Words(
    chatter_words={"place": "グループ ネット 友人 友達 知人 家族"},
    chatter_segments=(
        "(?:拡散|シェア|転送|リツイート)を?(?:希望|お願いします|お願い致します|お願いいたします|お願い|してください|して下さい)++",
        "これ(?:は|って)?(?:本当|ほんと|事実|デマ)(?:なん|なの)?(?:ですか|でしょうか|か)|これ(?:って)?(?:本当|ほんと)(?:なの)?|これは本当なの",
        "拡散|転送|転載|シェア|(?:{place}(?:から|より|で))?回って(?:きました|きた|来ました|来た)",
    ),
    chatter_lines=("(?:出典|引用元)[: ]{place}++", "{device}から送信|(?:私の)?{device}から送信されました"),
    mail_fields="差出人|宛先|送信日[時时]",
    mail_fields_too="日[時时]",
    negation="ない|ません|なかった|禁止",
    negation_unlearnt="とは限りません|わけがありません|わけではありません",
    negation_turning="にくい|だめ",
    edge_harmless=(
        r"(?:知ら|わから|分から|分かり|わかり)(?:ない|ません)|かもしれ(?:ない|ません)|(?:じゃ|では)(?:ない|ありません)(?:です)?か"
    ),
    judgement="デマ|嘘|うそ|ウソ|ガセ|误情报|虚伪|事実无根|误り|作り话",
    units="""
        second 秒间
        minute 分间
        hour 时间
        week 周间
        month ヶ月 か月 カ月
        year 年间
        age 歳 才
        kg キロ
        litre リットル
        cm センチ
        metre メートル
        % パーセント
        USD ドル
        JPY 円
        """,
    units_in_words="才",
    counters="枚 つ",
    below_zero="マイナス",
    date_words={
        "w1": "月曜",
        "w2": "火曜",
        "w3": "水曜",
        "w4": "木曜",
        "w5": "金曜",
        "w6": "土曜",
        "w7": "日曜",
        "r0d": "本日",
        "r+1d": "翌日",
        "r+2d": "明后日",
        "r0w": "今周",
        "r+1w": "来周",
        "r+2w": "再来周",
        "r-1w": "先周",
        "r-2w": "先先周",
        "r0m": "今月",
        "r+1m": "来月",
        "r+2m": "再来月",
        "r-1m": "先月",
        "r-2m": "先先月",
        "r+1y": "来年",
        "r+2y": "再来年",
        "r-1y": "昨年",
        "pam": "午前 朝方",
        "r0d pnight": "今夜",
        "r-1d pnight": "昨夜",
    },
)
