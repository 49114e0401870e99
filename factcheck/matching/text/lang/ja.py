"""Japanese. Except in chatter, characters shared with Chinese are simplified (周 for 週), as in normalised text; words
that both languages have stand in `lang.zh`."""

from factcheck.matching.text.words import Words

# As in Chinese: is it true, please check it, who sent it.
_SUBJECT = "(?:これ|それ|この{japanese_thing})(?:は|って|が)?"
_QUESTION = (
    f"(?:(?:{_SUBJECT})?{{japanese_judged}}(?:なん|なの)?(?:ですか|でしょうか|のか|か)"
    "|(?:これ|この{japanese_thing})って{japanese_judged})"
)
_CHECK = (
    f"(?:真偽を?|{_SUBJECT}|{_SUBJECT}?{{japanese_judged}}かどうか|を){{0,3}}"
    "(?:{japanese_check}を?お願い(?:します|できますか)|{japanese_check}して{japanese_wish}"
    "|(?:調べ|教え|見)て{japanese_wish})"
)
_SENDER = (
    "{japanese_kin}(?:から|に|が)(?:送られて|送って|届いて|回って)?"
    "(?:きました|きた|来ました|来た|届いた|届きました|もらった|もらいました)"
    "(?:{japanese_thing}|もの)?(?:です|ですが|のですが|けど)?"
)

WORDS = Words(
    chatter_words={
        "place": "グループ ネット 友人 友達 知人 家族",
        "japanese_thing": "情報 メール メッセージ 話 動画 記事 投稿 サイト リンク ニュース",
        "japanese_judged": "本当 ほんと 事実 正しい 詐欺 デマ 嘘 フェイク 安全",
        "japanese_check": "確認 検証 チェック ファクトチェック",
        "japanese_wish": "ください 下さい ほしい 欲しい ほしいです 欲しいです もらえますか いただけますか",
        "japanese_kin": "母 父 親 祖母 祖父 友人 友達 知人 同僚 家族 姉 兄 叔母",
    },
    chatter_segments=(
        f"(?:{_SENDER})?(?:{_QUESTION}|{_CHECK})",
        _SENDER,
        ""
        "(?:拡散|シェア|転送|リツイート)を?(?:希望|お願いします|お願い致します|お願いいたします|お願い|してください|して下さい)++",
        ""
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
    judgement="デマ|嘘|うそ|ウソ|ガセ|误情报|虚伪|事実无根|误り|作り话|冗谈|ジョーク|风刺|パロディ|(?<![ァ-ヶー])ネタ(?![ァ-ヶー])",
    limits=r"ただし|しかし|けど|もし|場合に限|に限り|を除|は除",
    questions=r"か$|かな|ですか|ますか|本当|誰|何|どこ|なぜ",
    first_person=r"私|うち|僕|俺|自分",
    demands=(
        r"振り?込|送金|支払|払って|入金|課金|チャージ|手数料|保証金|キャッシュカード|クレジットカード|カード番号|暗証番号|パスワード"
        r"|身分証|免許証|通帳|印鑑|認証コード|口座|個人情報|クリック|タップ|リンク|url|ダウンロード|インストール|ログイン|登録|入力|記入"
        r"|スキャン|申し?込|予約|注文|追加|電話|連絡|返信|提出|提示|持参|お持ち|現金|qrコード|マイナンバー|ギフト券|(?<=お)金を|鍵を"
    ),
    urges=r"[てで](?:下さい|ください|ね$|$)|お願い|ましょう|なさい|必ず",
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
        tsubo 坪数
        个 つ
        """,
    units_in_words="才",
    counters="枚 つ",
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
        "pam": "午前 朝方 朝",
        "ppm": "午后 昼过ぎ",
        "pnight": "夜 夕方",
        "r0d pnight": "今夜",
        "r-1d pnight": "昨夜",
    },
    before_numbers={
        ">=": "少なくとも",
        "<=": "最大 最长で",
        ">": "",
        "~": "およそ ほぼ 约",
        "lunar": "旧暦 旧历",
        "none": "",
    },
    behind_numbers={
        ">": "超 を超える を超え を上回る",
        "<": "未満 未满 を下回る",
        "~": "程度 くらい ぐらい ほど 前后 顷 ごろ ころ",
        "+": "余り あまり",
        "<=": "まで以内",
        "end": "末",
        "begin": "头 上旬",
    },
)
