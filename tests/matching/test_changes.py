import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.matching.compare.changes import ChangeKind, Difference, difference
from factcheck.matching.compare.features import TextFacts
from factcheck.matching.text.names import PLACES
from factcheck.matching.text.normalise import normalise
from factcheck.matching.text.numerals import numbers


def found(message: str, article: str) -> Difference | None:
    return difference(TextFacts(message), TextFacts(article))


def is_large(message: str, article: str) -> bool:
    change = found(message, article)
    return change is not None and change.is_large


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("罰3千元至1萬5千元", {"3000", "15000"}),
        ("3000元至15,000元", {"3000", "15000"}),
        ("一萬五", {"15000"}),
        ("一萬零五", {"10005"}),
        ("三十五個，兩百五", {"35", "250"}),
        ("二〇一九年", {"2019"}),
        ("1.2萬人", {"12000"}),
        ("百分之五十", {"50"}),
        ("氣溫-5度，跌−3%，COVID-19", {"-5", "-3", "19"}),
        ("喝1-3杯，5度-10度，10%-20%，2024-05-06", {"1", "3", "5", "10", "20", "2024", "6"}),
        ("10:30 和 1/2", {"10:30", "1/2"}),
        ("千萬不要，萬一，十分，一定", set()),
        ("9" * 5000, {"9" * 20}),
    ],
)
def test_numbers_however_they_are_written(text: str, found: set[str]) -> None:
    assert numbers(normalise(text)) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("燙傷的手放進冷麵粉裡面10分鐘", "燙傷的手放進冷麵粉裡面15分鐘"),
        ("平均每人可以領到一萬二千元", "平均每人可以領到兩萬二千元"),
        ("aid of $500 for every family now", "aid of $900 for every family now"),
    ],
)
def test_a_changed_number_is_seen(one: str, other: str) -> None:
    assert is_large(one, other)
    assert is_large(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("喝檸檬水可以治療癌症喔", "喝檸檬水不可以治療癌症喔"),
        ("you can drink it every day", "you can't drink it every day"),
        ("you should always drink it every day", "you should never drink it every day"),
        ("it does cure all the people here", "it does not cure all the people here"),
        ("政府宣布取消口罩禁令措施", "政府宣布口罩禁令措施"),
        ("กินได้ทุกวันปลอดภัย", "กินไม่ได้ทุกวันปลอดภัย"),
        ("喝檸檬水可以治療癌症", "假消息：喝檸檬水可以治療癌症"),
        ("喝檸檬水可以治療癌症", "喝檸檬水可以治療癌症，這是謠言"),
        ("you should drink it every day", "never should you drink it every day"),
        ("水を飲むと病気が治る", "水を飲むと病気が治るわけではない"),
    ],
)
def test_a_negation_put_in_or_taken_out_is_seen(one: str, other: str) -> None:
    assert is_large(one, other)
    assert is_large(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("罰款3千元，請大家注意", "罰款3000元，請大家注意"),
        ("這個方法非常好用請試試", "這個方法很好用請試試"),
        ("同一段文字沒有改變", "同一段文字沒有改變"),
        ("喝檸檬水可以治療癌症", "非常重要！喝檸檬水可以治療癌症，不看後悔"),
        ("喝檸檬水可以治療癌症", "不知道是不是真的，喝檸檬水可以治療癌症"),
        ("不要再喝冰水了對身體很傷", "別再喝冰水了對身體很傷"),
        ("", ""),
    ],
)
def test_other_edits_are_harmless(one: str, other: str) -> None:
    assert found(other, one) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("明天台北市全面停班停課一天", "明天高雄市全面停班停課一天"),
        ("疫情是從泰國傳過來的病毒", "疫情是從越南傳過來的病毒"),
        ("聽說桃園的水不能喝大家小心", "聽說鹿港的水不能喝大家小心"),
        ("請住在信義區的人明天不要出門", "請住在大安區的人明天不要出門"),
        ("這是臺大醫院公布的最新研究", "這是長庚醫院公布的最新研究"),
        ("這是台大醫院公布的最新研究", "這是榮總公布的最新研究"),
        ("今天衛福部宣布可以打第一劑", "今天疾管署宣布可以打第一劑"),
        ("明天開放大家打高端疫苗登記", "明天開放大家打AZ疫苗登記"),
        ("昨天台北市衛生局通知停水了", "昨天台北市教育局通知停水了"),
        ("王小明醫師說喝水可以治百病", "陳大文醫師說喝水可以治百病"),
        ("根據院長張志明的說法可以喝", "根據院長林淑芬的說法可以喝"),
        ("聽說Google要開始收費了快存檔", "聽說Facebook要開始收費了快存檔"),
        ("要報名請加LINE: abc_123找小編", "要報名請加LINE: abd_123找小編"),
        ("寫信到 a.b@mail.example 報名即可", "寫信到 ab@mail.example 報名即可"),
        ("到abc-shop.com購買就送好禮", "到abd-shop.com購買就送好禮"),
        ("the hospital in Taipei is closed today", "the hospital in Osaka is closed today"),
        ("they say Dr. Miller found the cure", "they say Dr. Watson found the cure"),
        ("明日から東京で断水するそうです", "明日から大阪で断水するそうです"),
        ("田中さんが病院で聞いた話です", "佐藤さんが病院で聞いた話です"),
        ("พรุ่งนี้ที่เชียงใหม่น้ำไม่ไหลทั้งวัน", "พรุ่งนี้ที่ภูเก็ตน้ำไม่ไหลทั้งวัน"),
        ("公司說3月5日開始停水三天", "公司說3/6開始停水三天"),
        ("活動只到星期三晚上請把握", "活動只到週四晚上請把握"),
        ("明天全台停電一天請大家準備", "後天全台停電一天請大家準備"),
        ("民國108年開始實施新的規定", "2020年開始實施新的規定"),
        ("警察說下午要開始臨檢了喔", "警察說上午要開始臨檢了喔"),
        ("the bank will close on March 5th for all", "the bank will close on March 6th for all"),
        ("the shop is open until Monday night", "the shop is open until Friday night"),
        ("来週の月曜日から断水します", "来週の金曜日から断水します"),
        ("ธนาคารปิดวันที่ 5 มีนาคม ทั่วประเทศ", "ธนาคารปิดวันที่ 5 เมษายน ทั่วประเทศ"),
        ("每天要吃5公斤的水果才健康", "每天要吃5公克的水果才健康"),
        ("放進烤箱裡面30分鐘就可以", "放進烤箱裡面30小時就可以"),
        ("今年的房價漲了50%還會再漲", "今年的房價漲了50還會再漲"),
        ("take 5 mg of it every morning", "take 5 kg of it every morning"),
        ("ต้มน้ำไว้ 30 นาที แล้วดื่มได้", "ต้มน้ำไว้ 30 ชั่วโมง แล้วดื่มได้"),
        ("明天的氣溫會到零下5度要小心", "明天的氣溫會到5度要小心"),
        ("連續喝了七天就會好大家試試", "連續喝了八天就會好大家試試"),
        ("it works after three days of it", "it works after five days of it"),
        ("電話是0912-345-678請打給他", "電話是0912-345-679請打給他"),
    ],
)
def test_another_name_date_or_unit_is_seen(one: str, other: str) -> None:
    assert is_large(one, other)
    assert is_large(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("公司說3月5日開始停水三天", "公司說3/5開始停水3天"),
        ("發布日期:2017/7/31 這部影片", "發布日期:2017年7月31日 這部影片"),
        ("從5月15-25號不要曬衣服喔", "從5/15~5/25不要曬衣服喔"),
        ("民國108年開始實施新的規定", "2019年開始實施新的規定"),
        ("市府通知週三全面停水一天", "市府通知星期三全面停水一天"),
        ("有七成的鮮奶都不合格", "有70%的鮮奶都不合格"),
        ("早上10點半開始停電到下午", "上午10:30開始停電到下午"),
        ("兩三個月以後又到同一座機場", "2、3個月以後又到同一座機場"),
        ("下降了一公尺多變成沙漠了", "下降了一米多變成沙漠了"),
        ("大陸的疫情已經失控了快逃", "中國的疫情已經失控了快逃"),
        ("fb上面都在傳這個消息請注意", "Facebook上面都在傳這個消息請注意"),
        ("微軟（Microsoft）的創辦人說的", "微軟（micro soft）的創辦人說的"),
        ("今天衛福部宣布可以打第一劑", "今天衛生福利部宣布可以打第一劑"),
        ("現在全家都要注意火災的發生", "現在全家人都要注意火災的發生"),
        ("這位老醫師說的話一定要聽", "那位老醫師說的話一定要聽"),
        ("馬上停止動作，不然會扎進咽喉", "馬上停止動作，否則會扎進咽喉"),
        ("台中只有160公里。快很多了", "台中只有160 公里，太不可思議了，快很多了"),
        ("請把愛心傳遞下去", "請把愛心傳遞下去，功德無量"),
        ("退休沒有保障不然不如去考公職", "退休沒有保障不如去考公職"),
    ],
)
def test_other_words_for_the_same_are_harmless(one: str, other: str) -> None:
    assert found(one, other) is None
    assert found(other, one) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("三折", "五折"),
        ("第三劑", "第四劑"),
        *((f"三{unit}", f"六{unit}") for unit in "成折針期集胎票桶盒袋匙滴班屆等類度拍餐頓回遍錠房坪口日波季版"),
        ("三萬", "伍萬"),
        ("3萬", "叁拾萬"),
        ("3萬", "卅萬"),
        ("3萬", "參佰"),
        ("3萬元", "數萬元"),
        ("3萬元", "半萬元"),
        ("八年", "廿年"),
        ("三年", "半年"),
        ("每天", "每三天"),
        ("每公里", "每十公里"),
        ("兩顆", "兩顆半"),
        ("百萬", "千萬"),
    ],
)
def test_a_changed_numeral_is_seen_whatever_is_counted(old: str, new: str) -> None:
    one, other = (f"市場裡的人都在講{what}的事情大家看" for what in (old, new))
    assert is_large(one, other)
    assert is_large(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("三万円の補助がもらえるそうです", "参拾万円の補助がもらえるそうです"),
        ("ดื่มน้ำวันละ 3 แก้วหลังอาหาร", "ดื่มน้ำวันละห้าแก้วหลังอาหาร"),
        ("ดื่มน้ำวันละสามแก้วหลังอาหาร", "ดื่มน้ำวันละสิบสองแก้วหลังอาหาร"),
        ("it took thirty hours to dry", "it took fifteen hours to dry"),
        ("it took thirty hours to dry", "it took sixty hours to dry"),
        ("he has saved three phones so far", "he has saved one phones so far"),
        ("he has saved three phones so far", "he has saved a dozen phones so far"),
        ("he has saved three phones so far", "he has saved thirty-three phones so far"),
        ("take it every day after lunch", "take it every three days after lunch"),
    ],
)
def test_a_changed_number_word_is_seen(one: str, other: str) -> None:
    assert is_large(one, other)
    assert is_large(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("研究證實喝了能夠治好高血壓", "研究證實喝了難以治好高血壓"),
        ("研究證實喝了能夠治好高血壓", "研究證實喝了休想治好高血壓"),
        ("研究證實喝了能夠治好高血壓", "研究證實喝了豈能治好高血壓"),
        ("研究證實喝了能夠治好高血壓", "研究駁斥喝了能夠治好高血壓"),
        ("用戶都可以申請退費", "用戶都甭想申請退費"),
        ("用戶都可以申請退費", "用戶都唔可以申請退費"),
        ("用戶都可以申請退費", "用戶都袂當申請退費"),
        ("每天可以曬太陽一小時", "每天避免曬太陽一小時"),
        ("每天可以曬太陽一小時", "每天切忌曬太陽一小時"),
        ("這批藥品有效請放心", "這批藥品失效請放心"),
        ("請各位盡速登入網站填寫", "請各位暫緩登入網站填寫"),
        ("it really cures every pain you have", "it hardly cures every pain you have"),
        ("this card works at all the gates", "this card fails to work at all the gates"),
        ("they can still use it at all the gates", "they can no longer use it at all the gates"),
        ("น้ำมะนาวช่วยรักษาโรคได้", "น้ำมะนาวไม่สามารถรักษาโรคได้"),
        ("น้ำมะนาวช่วยรักษาโรคได้", "น้ำมะนาวมิได้รักษาโรคได้"),
        ("毎朝飲むと病気が治るそうですよ皆さん", "毎朝飲むと病気が治るとは限りませんよ皆さん"),
        ("毎朝飲むと病気が治るそうですよ皆さん", "毎朝飲むと病気が治るわけがありませんよ皆さん"),
        ("매일 아침에 마시면 효과가 있습니다 여러분", "매일 아침에 마시면 효과가 없습니다 여러분"),
        ("매일 아침에 마시면 안전하다 여러분 보세요", "매일 아침에 마시면 안전하지 않다 여러분 보세요"),
        ("uống nước chanh mỗi ngày có chữa được bệnh", "uống nước chanh mỗi ngày không chữa được bệnh"),
        ("uống nước chanh mỗi ngày sẽ chữa được bệnh", "uống nước chanh mỗi ngày chẳng chữa được bệnh"),
        ("minum air lemon setiap hari bisa menyembuhkan", "minum air lemon setiap hari tidak menyembuhkan"),
        ("semua orang boleh minum obat ini", "semua orang jangan minum obat ini"),
        ("شرب الليمون كل يوم قد يشفي من المرض", "شرب الليمون كل يوم لا يشفي من المرض"),
        ("هذا الدواء سوف يشفي كل الناس", "هذا الدواء لن يشفي كل الناس"),
    ],
)
def test_what_turns_a_claim_is_seen_in_any_language(one: str, other: str) -> None:
    assert is_large(one, other)
    assert is_large(other, one)


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("喝檸檬水可以治療癌症", "，以上純屬虛構"),
        ("喝檸檬水可以治療癌症", "，醫院已出面反駁"),
        ("喝檸檬水可以治療癌症", "，根本胡扯"),
        ("喝檸檬水可以治療癌症", "，三年前的舊聞"),
        ("明天免費發放購物券一張", "，已額滿"),
        ("水を飲むと病気が治るそうです", "。この話はデマ"),
        ("น้ำมะนาวช่วยรักษาโรคได้", " ข่าวนี้เป็นข่าวปลอม"),
        ("lemon water cures all the people here", ", is a hoax"),
        ("lemon water cures all the people here", " #joke"),
        ("喝檸檬水可以治療癌症", "（純屬玩笑）"),
        ("水を飲むと病気が治るそうです", " #冗談"),
        ("น้ำมะนาวช่วยรักษาโรคได้", " #ล้อเล่น"),
        ("uống nước chanh mỗi ngày chữa được bệnh", ", tin giả"),
        ("minum air lemon bisa menyembuhkan kanker", ". Ini hoaks"),
        ("매일 아침에 마시면 효과가 있습니다", ". 가짜 뉴스"),
    ],
)
def test_a_verdict_behind_a_claim_is_seen(text: str, tail: str) -> None:
    assert is_large(text + tail, text)
    assert is_large(text, text + tail)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("全館鮮奶三折請大家把握", "全館鮮奶3折請大家把握"),
        ("補助三萬元請大家把握機會", "補助參萬元請大家把握機會"),
        ("戴口罩以免被傳染感冒喔", "戴口罩避免被傳染感冒喔"),
        ("多洗手可以預防感冒的傳染", "多洗手可以避免感冒的傳染"),
        ("it took thirty-three hours to dry", "it took 33 hours to dry"),
        ("ดื่มน้ำวันละสามแก้วหลังอาหาร", "ดื่มน้ำวันละ 3 แก้วหลังอาหาร"),
    ],
)
def test_other_numerals_and_warnings_for_the_same_are_harmless(one: str, other: str) -> None:
    assert found(one, other) is None
    assert found(other, one) is None


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    assert found(one, one) is None
    found(one, other)


def test_the_lists_of_places_are_in_the_form_of_normalised_text() -> None:
    assert [place for place in PLACES if normalise(place) != place] == []


@pytest.mark.parametrize(
    ("kind", "message", "article", "yours", "theirs"),
    [
        (ChangeKind.WORDS, "南部縣市明天照常上班上課", "南部縣市明天停班停課", "照常上班上課", "停班停課"),
        (ChangeKind.NEGATION, "喝檸檬水不會傷胃", "喝檸檬水會傷胃", "不會", "會"),
        (ChangeKind.NUMBER, "每人可領６千元補助", "每人可領9000元補助", "６千元", "9000元"),
        (ChangeKind.DEMAND, "今天開始受理，請先匯款一千元", "今天開始受理", "請先匯款一千元", ""),
        (ChangeKind.ADDED, "今天開始受理，隔壁鄉鎮下週發放", "今天開始受理", "隔壁鄉鎮下週發放", ""),
    ],
)
def test_a_change_is_quoted_as_it_was_written(
    kind: ChangeKind, message: str, article: str, yours: str, theirs: str
) -> None:
    change = found(message, article)
    assert change is not None
    assert change.changes[0].kind == kind
    assert yours in change.changes[0].yours
    assert theirs in change.changes[0].theirs


CHECKED = (
    "用手機掃這張圖就能領三百元禮券，活動到月底，每人一次，領完為止。\n"
    "領到的人要在三天內用掉，不然會失效。店員說已經發出兩千張。"
)


@pytest.mark.parametrize("asked", ["這個活動真的有嗎？", "數據是真的嗎", "我女兒也想領，要不要去排隊"])
def test_a_question_around_a_part_is_no_change(asked: str) -> None:
    part = "用手機掃這張圖就能領三百元禮券，活動到月底，每人一次，領完為止。"
    assert found(f"{part}\n{asked}", CHECKED) is None
    assert found(f"{asked}\n{part}", CHECKED) is None


def test_a_headline_with_a_word_turned_is_no_question_around() -> None:
    headline = "喝這個真的可以排掉身體裡的重金屬嗎？？醫師怎麼說\n"
    assert is_large(headline.replace("排掉", "增加") + CHECKED, headline + CHECKED)
    # What only asks is the claim itself.
    assert is_large("喝牛奶會不會致癌？", "喝豆漿會不會致癌？")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("買一送一，每人限領兩張，賣完就沒有了", "買1送1，每人限領2張，賣完就沒有了"),
        ("活動到2O21年1O月3O日，門市都能換", "活動到2021年10月30日，門市都能換"),
        ("看不出來是假的阿，大家說好像", "看不出是假的啊，大家說好像"),
        ("the 1st of all patients died in the 2nd week", "the first of all patients died in the second week"),
        ("毎朝水を飲むとがんが治るそうだ。先生が確かめた", "毎朝水を飲むと癌が治るそうです。先生が確かめました"),
        ("スマホを使いすぎるとよくない", "スマホを使い過ぎるとよくありません"),
    ],
)
def test_ways_of_writing_are_no_change(one: str, other: str) -> None:
    assert found(one, other) is None


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("#lemon #cancer", None),
        ("#health #water", None),
        ("#fakenews", ChangeKind.ADDED),
        ("#fake", ChangeKind.NEGATION),
        ("#not #true", ChangeKind.NEGATION),
        ("#only2024", ChangeKind.ADDED),
    ],
)
def test_a_hashtag_says_nothing_if_its_words_are_known(tag: str, kind: ChangeKind | None) -> None:
    text = "Doctors say that hot lemon water cures cancer within three weeks."
    for message in (f"{text} {tag}", f"{tag} {text}"):
        change = found(message, text)
        assert (change and change.changes[0].kind) == kind


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Fake butter in this town gives people cancer, doctors say.", "#fake"),
        ("市場裡賣的假雞蛋吃了會讓人得癌症，醫生說的", "#假"),
        ("Doctors say that hot water cures 90 of 100 people.", "#90"),
    ],
)
def test_a_hashtag_that_judges_or_counts_is_seen_though_its_word_is_known(text: str, tag: str) -> None:
    assert found(f"{text} {tag}", text) is not None


def test_a_name_that_sounds_like_a_joke_is_none() -> None:
    text = "毎朝レモン水を飲むと病気が治るそうです"
    change = found(f"{text}。ネタニヤフ首相も飲む", text)
    assert change is None or change.changes[0].kind != ChangeKind.NEGATION


def test_a_holiday_does_not_call_anything_a_fake() -> None:
    article = "這種水母很危險，被螫到要馬上用醋沖洗，請轉給有小孩的家長"
    changed = found(article + "，暑假到了要注意", article)
    assert changed is None or not changed.is_large
    assert is_large(article + "，這是放假消息", article)
