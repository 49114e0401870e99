"""What stands beside a number in normalised text: a unit, a sign, a clock; and single digits that count something."""

import unicodedata

import regex

# Every unit with its spellings in Chinese, Japanese, English and Thai; those of one line are the same amount.
_UNITS = """
second 秒 秒钟 秒间 seconds second secs sec วินาที
minute 分 分钟 分间 minutes minute mins min นาที
hour 小时 个小时 钟头 个钟头 时间 hours hour hrs hr h ชั่วโมง ชม.
day 天 days day วัน
week 周 星期 个星期 礼拜 个礼拜 周间 weeks week สัปดาห์
month 个月 ヶ月 か月 カ月 months month เดือน
year 年 年间 years year yrs ปี
age 岁 歳 才
mg 毫克 mg มก.
g 克 公克 g gram grams กรัม
kg 公斤 千克 kg kgs kilos กก. กิโลกรัม กิโล キロ
catty 斤 台斤
ton 吨 公吨 tons ton ตัน
pound 磅 pounds pound lbs lb
ml 毫升 cc ml มล.
litre 升 公升 l litres liters litre liter ลิตร リットル
mm 毫米 mm
cm 公分 厘米 cm ซม. センチ
metre 米 公尺 m metres meters เมตร メートル
km 公里 千米 km กม. กิโลเมตร
mile 英里 miles mile ไมล์
degree 度 °c ℃ degrees องศา °
% % 趴 percent per·cent パーセント เปอร์เซ็นต์
‰ ‰
TWD 元 块 块钱 元台币 元新台币 台币 新台币 圆 ntd twd
USD 美元 美金 元美金 元美元 usd dollars dollar ดอลลาร์ ドル
CNY 人民币 元人民币 rmb cny
HKD 港币 港元 元港币 hkd
JPY 日元 日币 日圆 円 yen jpy
EUR 欧元 euros euro eur
THB 泰铢 บาท baht thb
times 倍 เท่า
"""
_CLASSIFIERS = (
    "个 位 名 人 次 种 条 张 件 杯 瓶 颗 粒 片 步 招 大 句 包 碗 罐 支 只 家 间 台 辆 号 级 楼 本 枚 つ"
    " 折 剂 针 期 集 胎 票 桶 盒 袋 匙 滴 班 届 等 类 拍 餐 顿 回 遍 锭 房 坪 口 波 季 阶段 版".split()
)
# These stand in other words too.
_NOT_ALONE = "分 度 块 米 才".split()


def _spellings() -> dict[str, str]:
    lines = (line.split() for line in unicodedata.normalize("NFKC", _UNITS).casefold().strip().splitlines())
    return {spelling.replace("·", " "): key for key, *spellings in lines for spelling in spellings}


_UNIT_KEYS = _spellings()
_BY_LENGTH = sorted(_UNIT_KEYS, key=len, reverse=True)
_LATIN = "|".join(regex.escape(word) for word in _BY_LENGTH if word.isascii() and word.isalpha())
_OTHER = "|".join(regex.escape(word) for word in _BY_LENGTH if not (word.isascii() and word.isalpha()))
_ALONE = "|".join(word for word in _BY_LENGTH if not word.isascii() and word not in _NOT_ALONE)
_TENTHS = "成(?![功为立本长员分果就年人])"
UNIT = regex.compile(rf" ?(?:(?P<latin>{_LATIN}|per cent)(?![a-z])|(?P<other>{_OTHER})|(?P<tenths>{_TENTHS}))")
SIGNED = r"(?P<below>零下约?|负|マイナス|ติดลบ ?|ลบ ?|minus )?"
SMALL = (
    rf"(?:[二两三四五六七八九十](?= ?(?:{'|'.join(_CLASSIFIERS)}))"
    rf"|[一二两三四五六七八九十](?= ?(?:{_TENTHS}|{_ALONE}))"
    r"|(?<=第)[一二三四五六七八九十])"
)
"""One Chinese digit before a unit or a classifier; alone it may be a part of any word."""
CLOCK = (
    r"(?P<hour>1[0-9]|2[0-4]|0?[0-9]|[一二两三四五六七八九]|十[一二]?) ?[点时](?![间候常节])"
    r"(?: ?(?P<minute>[0-5]?[0-9]) ?分|(?P<half>半)|[整钟])?(?![0-9])"
)


def unit_key(match: regex.Match[str]) -> str:
    """The unit of a match of UNIT: '%' for tenths too, whose number counts ten times."""
    return "%" if match["tenths"] else _UNIT_KEYS[match["latin"] or match["other"]]
