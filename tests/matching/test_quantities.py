"""Numbers with what belongs to them: many ways of writing, one key."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.matching.compare.quantities import Quantity, compatible, quantities
from factcheck.matching.text.normalise import normalise

ONE_KEY = [
    "28300元=2万8300元=28,300元=28.3k元=28300塊=NT$28300=28300台幣=2萬8300塊錢",
    "30 000元=30000元=3萬元=三萬元=30k元",
    "98.7%=98.70%=百分之98.7=98.7 percent=百分之九十八點七",
    "晚上8點=20:00=8pm=20時=2ทุ่ม=晚上八點=8 p.m.=20.00 น.=8:00 pm",
    "早上九點=9am=09:00=上午9時",
    "凌晨三點=早上三點=03:00",
    "九點一刻=9:15",
    "八點半=8:30=half past eight",
    "1小時43分=103分鐘=1小時43分鐘",
    "200萬=2 million=兩百萬=2百萬",
    "2026.4.7=2026-4-7=2026/4/7=2026年4月7日=民國115年4月7日=115.4.7=115/4/7=April 7, 2026=7 เมษายน 2569",
    "3月5日=3/5=03-05=march 5=三月五號=5 มีนาคม",
    "2026年=民國115年=令和8年=พ.ศ. 2569=ปี 2569=ปี พ.ศ. 2569",
    "明年五月=may next year",
    "五月底=end of may",
    "兩三百=2、3百",
    "最多5萬元=至多5萬元=不超過5萬元=5萬元以內=at most 50000 ntd=5萬元以下",
    "約5萬=大約5萬=5萬左右=5萬上下=about 50000",
    "至少5萬=起碼5萬=5萬以上=at least 50,000",
    "3萬5=35000=三萬五",
    "一個半小時=90分鐘=1.5小時=90 minutes",
    "第三=第3=no.3",
    "170cm=170公分=1.7米=1m70=1米70=1公尺70",
    "1公斤=1kg=1000g=1000公克",
    "0912-345-678=0912345678=0912 345 678=+886 912-345-678",
    "1/3=三分之一=one third",
    "3倍=三倍=3 times",
    "70歲=七十歲=70岁=70 years old",
    "三個=3个",
    "三個人=3位=3名=3人=3 people",
    "五成=50%=5成",
    "八五折=85折",
    "兩百=200=two hundred=二百=สองร้อย",
    "half an hour=半小時=30 minutes=ครึ่งชั่วโมง",
    "3億=三億=300 million",
    "週三=星期三=wednesday=วันพุธ",
    "下週三=next wednesday",
    "今晚8點=今天晚上8點",
    "3萬多元=三萬多元=3萬餘元",
    "500 บาท=ห้าร้อยบาท=500 baht",
    "ไม่เกิน 500 บาท=up to 500 baht",
    "5 ล้านบาท=5 million baht",
    "零下5度=-5度=負5度",
    "3到5天=3-5天=三至五天",
    "3萬到5萬=3-5萬=三到五萬",
    "1兆=一兆=1萬億",
    "38.5度=三十八度五=38度5",
    "1.5元=1塊5=一塊五",
    "one and a half hours=90 minutes=1.5 hours",
    "december 31=31 dec=until dec 31",
    "三百五=350",
    "30%以上=三成以上",
]
OTHERS = [
    ("3萬", "3萬5"),
    ("300", "兩三百"),
    ("300", "好幾百"),
    ("九點", "九點一刻"),
    ("5萬", "四五萬"),
    ("5萬", "最多5萬"),
    ("5萬", "至少5萬"),
    ("八月一號", "農曆八月一號"),
    ("五月", "明年五月"),
    ("五月", "五月底"),
    ("5萬以上", "超過5萬"),
    ("1斤", "1台斤"),
    ("3個", "3杯"),
    ("5公斤", "5公克"),
    ("早上9點", "晚上9點"),
    ("300元", "300美元"),
    ("50", "50%"),
    ("第3", "3"),
    ("3天", "3個月"),
    ("3月5日", "3月6日"),
    ("3天", "3天以上"),
    ("超過3萬", "超過3萬以下"),
    ("2026年", "2027年"),
    ("下週三", "週三"),
]
LEFT_OUT = [
    ("3萬", "3萬元"),
    ("9點", "早上九點"),
    ("115年", "2026年"),
    ("01:43", "1小時43分"),
    ("2m", "200萬"),
    ("$300", "300元"),
    ("2026", "2026年"),
    ("2026年3月5日", "3月5日"),
    ("9:00", "早上9點"),
]
NO_NUMBERS = [
    "一定一起一樣統一一般萬一一些千萬不要三明治五花肉四川九份八卦七夕十分好百分百",
    "數據",
    "covid-19",
    "一點點",
    "幾乎",
    "初步",
    "人數很多",
    "最近",
    "b12",
    "半信半疑",
    "多吃蔬菜",
    "百貨公司",
    "好吃",
    "最好",
]


SENTENCES = [
    ("房租漲到兩萬二", "房租漲到22,000元", True),
    ("房租漲到兩萬二", "房租漲到兩萬兩千元", True),
    ("血壓130以上就算高", "血壓超過130就算高", False),
    ("每人限購兩盒", "每人限購2盒", True),
    ("每人限購兩盒", "每人限購三盒", False),
    ("退休金打七五折", "退休金打75折", True),
    ("退休金打七五折", "退休金打八折", False),
    ("油價每公升漲1.5元", "油價每公升漲1塊5", True),
    ("投資報酬率百分之十二", "投資報酬率12%", True),
    ("睡滿七個半小時", "睡滿7.5小時", True),
    ("睡滿七個半小時", "睡滿七小時", False),
    ("下午兩點四十開會", "14:40開會", True),
    ("下午兩點四十開會", "下午兩點十四分開會", False),
    ("端午節是農曆五月五日", "端午節是五月五日", False),
    ("十二月中旬開放", "十二月下旬開放", False),
    ("12/25放假", "12月25日放假", True),
    ("民國一百一十五年實施", "2026年實施", True),
    ("體溫三十八度五", "體溫38.5度", True),
    ("體溫38.5℃", "體溫三十八點五度", True),
    ("六十五歲以上長者", "65歲以上長者", True),
    ("六十五歲以上長者", "滿65歲未滿70歲長者", False),
    ("近三成民眾", "30%民眾", False),
    ("撥打0800-024-111", "撥打0800024111", True),
    ("撥打0800-024-111", "撥打0800-024-112", False),
    ("一打雞蛋100元", "12顆雞蛋100元", False),
    ("more than two hundred people died", "over 200 people died", True),
    ("more than two hundred people died", "at least 200 people died", False),
    ("one and a half hours", "90 minutes", True),
    ("the fine is $1,500", "the fine is 1.5k dollars", True),
    ("take 2 tablets every 8 hours", "take two tablets every eight hours", True),
    ("valid until Dec 31", "valid until 31 December", True),
    ("the shop opens at half past seven in the morning", "the shop opens at 7:30 am", True),
    ("午後3時に閉店", "15:00に閉店", True),
    ("3割引", "30%引", True),
    ("一万五千円を支給", "15,000円を支給", True),
    ("20歳未満は禁止", "20歳以下は禁止", False),
    ("ได้เงิน 3 หมื่นบาท", "ได้เงิน 30,000 บาท", True),
    ("เวลาบ่ายสามโมง", "เวลา 15.00 น.", True),
    ("วันที่ 5 มกราคม 2569", "5 ม.ค. 2026", True),
    ("อายุ 60 ปีขึ้นไป", "อายุเกิน 60 ปี", False),
    ("前二十名送禮", "前20名送禮", True),
    ("跌幅達三百多點", "跌幅達300點", False),
    ("身高一米八", "身高180公分", True),
    ("每天走一萬步", "每天走10000步", True),
    ("補助金額一萬元整", "補助金額10,000元", True),
    ("月租699吃到飽", "月租六百九十九元吃到飽", True),
    ("月租699元吃到飽", "月租699美元吃到飽", False),
    ("每天喝2000cc的水", "每天喝2公升的水", True),
    ("每天喝2000cc的水", "每天喝2公斤的水", False),
    ("早上6:30出發", "早上六點半出發", True),
    ("06:30出發", "早上六點半出發", True),
    ("晚間11點後停水", "23:00後停水", True),
    ("3/15前繳費", "3月15日前繳費", True),
    ("3/15前繳費", "3月16日前繳費", False),
    ("震度達5級", "震度達5.0級", True),
    ("芮氏規模6.4", "芮氏規模六點四", True),
    ("芮氏規模6.4", "芮氏規模6.6", False),
    ("中獎機率千分之三", "中獎機率0.3%", True),
    ("時速超過110公里", "時速110公里以上", False),
    ("滿18歲可領", "未滿18歲可領", False),
    ("超過一百萬人連署", "100多萬人連署", False),
    ("十幾個國家", "10個國家", False),
    ("上週五公布", "週五公布", False),
    ("2026年1月1日起", "115年1月1日起", True),
    ("第一劑打完", "第二劑打完", False),
    ("帳號 012-345678901234", "帳號012345678901234", True),
    ("帳號 012-345678901234", "帳號012-345678901235", False),
    ("The temperature fell to minus 10 degrees", "The temperature fell to -10°C", True),
    ("a 70-year-old man", "a 70 year old man", True),
    ("nearly 3 million users", "almost 3,000,000 users", True),
    ("up to 50% off", "50% off", False),
    ("closed from March 3rd", "closed from 3 March", True),
    ("two thirds of voters", "2/3 of voters", True),
    ("締め切りは12月31日です", "締め切りは12/31です", True),
    ("約3時間かかる", "3時間くらいかかる", True),
    ("消費税10%", "消費税一割", True),
    ("令和7年4月", "2025年4月", True),
    ("ราคา 1,500 บาท", "ราคาหนึ่งพันห้าร้อยบาท", True),
    ("ประมาณ 20 คน", "20 คน", False),
    ("เปิด 8 โมงเช้า", "เปิด 8.00 น.", True),
    ("หนึ่งทุ่มตรง", "19.00 น. ตรง", True),
    ("ร้อยละ 20", "20%", True),
]

UNITS = ["元", "个", "公斤", "天", "岁", "%", "杯", "美元", "公里", "小时"]
_DIGITS = "零一二三四五六七八九"


def in_numerals(number: int) -> str:
    """Writes a number below 10 ** 8 as people do."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        return in_numerals(high) + "万" + (("零" if low < 1000 else "") + in_numerals(low) if low else "")
    written, zero = "", False
    for size, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, size)
        written += ("零" if zero and digit and written else "") + (_DIGITS[digit] + name if digit else "")
        zero = not digit
    return written


def ways(number: int) -> list[str]:
    high, low = divmod(number, 10_000)
    ways = [str(number), f"{number:,}", in_numerals(number), f"{number}.0"]
    ways += [f"{high}万{low}"] if high and low >= 1000 else [f"{high}万"] if high and not low else []
    return ways + ([f"{number // 1000}k"] if number >= 1000 and number % 1000 == 0 else [])


def found(text: str) -> list[Quantity]:
    return quantities(normalise(text))


def key(text: str) -> str:
    keys = [quantity.key for quantity in found(text)]
    assert len(keys) == 1, (text, keys)
    return keys[0]


@pytest.mark.parametrize("ways", ONE_KEY)
def test_one_quantity_has_one_key_however_it_is_written(ways: str) -> None:
    keys = {way: key(way) for way in ways.split("=")}
    assert len(set(keys.values())) == 1, keys


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_quantities_have_other_keys(one: str, other: str) -> None:
    assert not compatible(key(one), key(other))
    assert not compatible(key(other), key(one))


def test_no_two_of_these_are_compatible() -> None:
    keys = {key(ways.split("=")[0]): ways for ways in ONE_KEY}
    same = [(keys[one], keys[other]) for one, other in combinations(keys, 2) if compatible(one, other)]
    assert same == []


@pytest.mark.parametrize(("one", "other"), LEFT_OUT)
def test_what_is_left_out_may_be_the_same(one: str, other: str) -> None:
    assert compatible(key(one), key(other))
    assert compatible(key(other), key(one))


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_words_with_numerals_are_no_numbers(text: str) -> None:
    assert found(text) == []


@given(st.integers(1, 10**8 - 1), st.sampled_from(UNITS), st.sampled_from(["", "约", "至少", "超过", "不到"]))
def test_a_number_has_one_key_in_all_its_ways(number: int, unit: str, bound: str) -> None:
    keys = {way: key(f"拿到{bound}{way}{unit}，") for way in ways(number)}
    assert len(set(keys.values())) == 1, keys


@given(st.integers(1, 10**8 - 1), st.integers(1, 10**8 - 1), st.sampled_from(UNITS), st.data())
def test_other_numbers_are_never_the_same(one: int, other: int, unit: str, data: st.DataObject) -> None:
    first, second = data.draw(st.sampled_from(ways(one))), data.draw(st.sampled_from(ways(other)))
    assert compatible(key(first + unit), key(second + unit)) is (one == other)


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_time_is_the_same_in_figures_and_words(hour: int, minute: int) -> None:
    period = "凌晨" if hour < 5 else "上午" if hour < 12 else "下午" if hour < 18 else "晚上"
    words = f"{period}{hour % 12 or 12}點{minute}分" if hour != 12 else f"中午12點{minute}分"
    half = f"{hour % 12 or 12}:{minute:02}{'am' if hour < 12 else 'pm'}"
    assert key(words) == key(half)
    assert compatible(key(f"{hour:02}:{minute:02}"), key(half))


@given(st.dates(date(1912, 1, 1), date(2050, 12, 31)))
def test_a_day_has_one_key_in_all_its_ways(day: date) -> None:
    ways = [f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}", day.isoformat()]
    ways += [f"民國{day.year - 1911}年{day.month}月{day.day}日", f"{day:%B} {day.day}, {day.year}"]
    assert len({key(way) for way in ways}) == 1, ways


@given(
    st.text(alphabet="0123456789一二三十百万点分时年月日:./-%~ 元个半多几最晚上第amkpthenourfevy至少สองทุ่ม", max_size=40)
)
def test_any_text_has_quantities_in_order(text: str) -> None:
    at = 0
    for quantity in found(text):
        assert at <= quantity.start < quantity.end
        assert compatible(quantity.key, quantity.key)
        at = quantity.end


@pytest.mark.parametrize(("one", "other", "same"), SENTENCES)
def test_quantities_of_sentences(one: str, other: str, same: bool) -> None:
    keys, others = ([quantity.key for quantity in found(text)] for text in (one, other))
    assert (len(keys) == len(others) and all(map(compatible, keys, others))) is same, (keys, others)
