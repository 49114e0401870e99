"""English, and abbreviations that are written in every language."""

from factcheck.matching.text.words import Words

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()

# As in Chinese: is it true, please check it, who sent it.
_THIS = "(?:this|that|it|these|the)(?: {english_thing}){0,2}"
_JUDGED = "(?: (?:a|an|the|really|actually|any|some)){0,2} {english_judged}(?: {english_thing}){0,2}"
_OR = f"(?: or(?: not|{_JUDGED}| is it{_JUDGED}))?"
_QUESTION = (
    f"(?:(?:is|are|was) {_THIS}{_JUDGED}{_OR}|(?:is there )?any truth (?:to|in) {_THIS}|how true is {_THIS}"
    f"|(?:{{english_asking}} ){{1,8}}(?:if|whether) {_THIS}(?: is| are){_JUDGED}{_OR})"
)
_CHECK = (
    "(?:{english_asking} ){1,8}{english_check}(?: "
    "(?:this|that|it|these|for|me|us|out|please|thanks|if|{english_thing})){0,6}"
    f"(?: (?:if|whether) {_THIS} is{_JUDGED}{_OR})?"
)
_SENDER = (
    "(?:(?:my|a|an|our|the|some) ){0,2}{english_kin}(?: just)? (?:sent|forwarded|shared|sends)"
    "(?: (?:me|us|this|that|it|to|a|the|my|our|in|group|chat|{english_thing})){1,6}"
    "|(?:i |we |just |have ){0,3}(?:got|received) (?:this|it|that)(?: {english_thing})?"
    "(?: from (?:(?:my|a|an|our|the|some) ){0,2}{english_kin})?(?: today| yesterday)?"
)

WORDS = Words(
    chatter_words={
        "audience": "everyone everybody all others family friends contacts groups people",
        "place": "line fb facebook ig instagram telegram whatsapp wechat my a the group chat groups friend friends "
        "family unknown internet",
        "english_thing": "message news story link website site text email photo video picture post article",
        "english_judged": "true real fake legit correct scam hoax fraud spam safe accurate rumor rumour reliable "
        "trustworthy",
        "english_asking": "can could would please pls kindly someone anyone somebody you i want to know need "
        "wondering tell me does do help just hi hello like",
        "english_check": "check verify confirm fact-check factcheck clarify",
        "english_kin": "mom mum mother dad father aunt uncle grandma grandpa friend sister brother wife husband "
        "colleague cousin neighbour neighbor someone relative family",
        "device": "iphone ipad android galaxy samsung huawei xiaomi oppo vivo pixel outlook line gmail yahoo mail ios",
    },
    chatter_segments=(
        "(?:please |pls |plz |kindly )*+(?:forward|share|repost|retweet|pass (?:it|this) on|spread)"
        "(?: (?:it|this|the word|message|post|widely|around))*+"
        "(?: (?:to|with|as|many|as|possible|your|all|and|loved|ones|{audience}))*+(?: please| pls| thanks| thank you)?",
        "fwd?|fw|forwarded(?: message)?(?: as received)?(?: many times)?|as received|copied(?: and pasted)?"
        "|(?:just )?(?:received|got) (?:this|it)(?: from {place}(?: {place})*)?|fyi|sharing as received",
        "(?:hi|hello)?,? ?is (?:this|it|that)(?: message| news| story)? (?:true|real|fake|legit|correct)"
        "(?: or (?:not|fake|false))?|true or false|fake or real",
        f"{_QUESTION}(?: please| thanks| thank you)?",
        f"{_CHECK}(?: please| thanks| thank you)?",
        _SENDER,
        "(?:can (?:someone|anyone|you) )?(?:please )?(?:fact[ -]?check|verify)(?: this| it)?(?: please)?",
    ),
    chatter_lines=(
        "(?:source|via|from|credit)[: ]+{place}(?: ?{place})*+",
        "sent (?:from|via|with)(?: my| the)? {device}(?: {device})*(?: app| phone)?|get {device}(?: for {device})?",
    ),
    mail_fields="cc|sent",
    mail_fields_too="from|to|date",
    negation=r"\b(?:not|no|never|none|cannot|without|false|fake|[a-z]+n't)\b",
    negation_turning=(
        r"\b(?:hardly|barely|scarcely|rarely|seldom|fail(?:s|ed|ing|ure)?|unable|unlikely|impossible|nobody|nothing|nor"
        r"|neither|nowhere|avoid(?:s|ed|ing)?|stop(?:s|ped|ping)?|refus(?:es?|ed|ing)|den(?:y|ies|ied))\b"
    ),
    edge_harmless=(
        r"\bnot (?:sure|certain)\b|\bno (?:idea|joke|kidding|doubt|matter)\b"
        r"|\b(?:do not|don't|never) (?:forget|miss|ignore)\b"
    ),
    judgement=(
        r"\b(?:scam|hoax|untrue|wrong|false|fake|debunked|not true|cancell?ed|satire|parody|myth|misleading|retracted"
        r"|expired|outdated|old news|made up|sold out|no longer|nonsense"
        r"|jokes?|joking|kidding|pranks?|sarcas(?:m|tic)|spoof)\b"
    ),
    limits=r"\b(?:but|however|unless|except|only if|if|provided|although|though|instead)\b",
    questions=(
        r"\b(?:true or (?:false|not|fake)|real or fake|is (?:this|it|that) (?:true|real|fake|legit|a scam)"
        r"|anyone knows?|can anyone|does anyone|what do you think)\b"
    ),
    first_person=r"\b(?:i|i'm|me|my|mine|we|our|us)\b",
    demands=(
        r"\b(?:pay|paying|payment|deposit|fee|transfer|wire|remit|top[ -]?up|gift card|send (?:money|us|me|your)"
        r"|bank card|atm card|credit card|debit card|card number|pin|passwords?|passcode|otp|verification code"
        r"|account number|id card|passport|personal (?:data|details|information)|click|tap|link|download|install"
        r"|log ?in|sign ?(?:in|up)|register|fill|scan|apply|order|claim your|add (?:me|us|line)|call|dial|phone"
        r"|contact|text|message (?:me|us)|reply|provide|bring|present your|submit|cash|gift (?:cards?|vouchers?)"
        r"|(?:hand|give|lend|show|read)\b[^.!?]{0,30}\b(?:money|card|keys?|numbers?|code|papers|id))\b"
    ),
    urges=(
        r"\b(?:please|kindly|make sure|be sure|remember to|you (?:must|should|need|have)|do not forget)\b"
        r"|^(?:(?:just|now|then|and|so|also) )*(?:hand|give|take|bring|show|read|buy|get|send|tell|leave|put|go|come"
        r"|ask|use|try|visit|open|follow|enter|write|say|drop|deliver|swap|swipe|pick|collect|lend|turn|join|press|watch"
        r"|add|save|move|change|return|vote|book|order|switch)\b"
    ),
    units="""
        second seconds second secs sec
        minute minutes minute mins min
        hour hours hour hrs hr h
        day days day
        week weeks week
        month months month
        year years year yrs
        mg mg
        g g gram grams
        kg kg kgs kilos
        ton tons ton
        pound pounds pound lbs lb
        ml cc ml
        litre l litres liters litre liter
        mm mm
        cm cm
        metre m metres meters
        km km
        mile miles mile
        degree °c ℃ degrees °
        % % percent per·cent
        ‰ ‰
        TWD ntd twd
        USD usd dollars dollar
        CNY rmb cny
        HKD hkd
        JPY yen jpy
        EUR euros euro eur
        THB baht thb
        MYR ringgit rm
        KRW won krw
        GBP gbp
        SGD sgd
        VND vnd
        INR rupees rupee rs
        PHP php pesos peso
        µg mcg μg µg ug
        ounce oz ounces ounce
        inch inches inch
        foot feet ft foot
        kcal kcal calories
        celsius celsius
        fahrenheit °f ℉ fahrenheit
        sqm m2 sqm
        % pct percents
        times times x
        个 people persons person
        age years·old year·old year-old years·of·age y/o yo
        gigabyte gb
        megabyte mb
        watt watts watt
        volt volts volt
        kph km/h kph
        ppm ppm
        ppb ppb
        iu iu
        mmhg mmhg
        """,
    months=(
        "january jan 1|february feb 2|march mar 3|april apr 4|may 5|june jun 6|july jul 7|august aug 8"
        "|september sept sep 9|october oct 10|november nov 11|december dec 12"
    ),
    date_words={
        "w1": "monday mondays",
        "w2": "tuesday tuesdays",
        "w3": "wednesday wednesdays",
        "w4": "thursday thursdays",
        "w5": "friday fridays",
        "w6": "saturday saturdays",
        "w7": "sunday sundays",
        "r0d": "today",
        "r+1d": "tomorrow",
        "r-1d": "yesterday",
        "r0w": "this·week",
        "r+1w": "next·week",
        "r-1w": "last·week",
        "r0m": "this·month",
        "r+1m": "next·month",
        "r-1m": "last·month",
        "r0y": "this·year",
        "r+1y": "next·year",
        "r-1y": "last·year",
        "pam": "am a.m. a.m",
        "ppm": "pm p.m. p.m",
        "r0d pnight": "tonight",
    },
    numbers={word: number for number, word in enumerate([*_ONES, *_TEENS], start=1)}
    | {word: 10 * number for number, word in enumerate(_TENS, start=2)}
    | {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000},
    before_numbers={
        ">=": "at·least no·less·than not·less·than no·fewer·than minimum min a·minimum·of ≥ >= => starting·at ≧",
        "<=": "at·most no·more·than not·more·than up·to maximum max a·maximum·of within not·exceeding ≤ <= ≦",
        ">": "over more·than above exceeding exceeds exceed greater·than upwards·of >",
        "<": "under less·than below fewer·than lower·than <",
        "~": "about around approximately approx approx. roughly circa some ~ ≈ ± ca.",
        "^": "almost nearly close·to nearing",
        "end": "end·of late the·end·of",
        "begin": "beginning·of early the·beginning·of start·of",
        "mid": "mid mid- middle·of",
        "this": "this",
        "next": "next",
        "last": "last",
        "lunar": "lunar",
        "long": "duration length runtime lasts took lasting",
        "nth": "no. no number #",
        "past30": "half·past",
        "past15": "quarter·past a·quarter·past",
        "past-15": "quarter·to a·quarter·to",
        "none": "all·over run·over take·over turn·over hand·over think·about talk·about know·about turn·around",
    },
    behind_numbers={
        ">=": "or·more or·above and·above and·over or·over or·older and·older or·higher and·up minimum at·least",
        "<=": "or·less or·below and·below and·under or·fewer or·younger or·lower maximum at·most tops",
        "+": "plus +",
        "~": "or·so approximately",
    },
)
