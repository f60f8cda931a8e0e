"""What the first apology may not say.

Regret for what somebody went through is owed at once, whoever is at fault. It is none when it doubts that anything
happened ("if …", 如有不便), nor when a "but" takes it back. And it is not the place to speak of fault: responsibility
belongs to the outcome, after a finding of upheld or partly upheld. Sources: Lewicki et al. 2016 (the parts of an
apology); Roschk & Kaiser 2013; Packard & Berger 2021 (name what happened, not "any inconvenience").

What stands in quotation marks is the customer's and is left out. Reports only. Patterns are bounded and run in linear
time, over folded text: small letters, Simplified characters.
"""

import re
from typing import Final

from complaints.domain.substance import QUOTED, Fault
from office.folding import fold_in_place

_SENTENCE: Final = re.compile(r"(?:[^.!?;。\n]|\.(?=\d))+")

_REGRET: Final = re.compile(
    r"\b(?:sorry|apolog\w{1,6}|regret\w{0,5}|pardon|forgive)\b"
    "|抱歉|对不起|对不住|道歉|歉意|致歉|不好意思|遗憾|过意不去|内疚|愧疚|惭愧|见谅|谅解|包涵"
)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


# A question reported ("she asked if") or a thing compared ("as if") is no condition.
_IF: Final = (
    "".join(
        rf"(?<!\b{word} )"
        for word in (
            "as", "see", "ask", "asks", "asked", "asking", "know", "check", "checked", "checking", "out",
            "wonder", "wondered", "wondering", "unclear", "unsure", "sure",
        )
    )
    + r"\bif\b(?! you (?:have|['’]ve) already)(?! you['’]ve already)"
)  # fmt: skip
_EN_HARM: Final = r"(?:inconvenien\w{1,4}|offen[cds]\w{0,5}|upset|distress\w{0,4}|disappoint\w{2,5})"
_EN_VAGUE: Final = (
    r"(?:inconveniences?|troubles?|distress|upset|offen[cs]e|harm|hurt|confusion|problems?|issues?|delays?|worry|damage|loss"
    r"|disappointment|frustration|annoyance|stress|difficult(?:y|ies)|misunderstandings?|mistakes?|errors?)"
)
_HAN_IF: Final = (
    "(?:如果|假如|假使|假设|倘若|倘使|如若|若是|要是|万一|(?<![倘假宛如])若(?!干|无)|倘(?=有|因)"
    "|如(?=有|因|对|给|造成|让|使|令|确)|如您(?!所|说|反映|提|讲|描))"
)
_HAN_HARM: Final = "(?:不便|困扰|冒犯|不愉快|得罪|怠慢)"
_HAN_DOUBTED: Final = (
    "(?:让[您你]|使[您你]|令[您你]|给[您你](?:带来|造成|添|惹)|造成|带来|觉得|感到|认为|不便|困扰|冒犯|打扰|不愉快|得罪|怠慢"
    "|不周|不到位|不妥|不当|失礼|疏漏|确实|确有|属实)"
)

# In the sentence that says sorry.
_DOUBTING: Final = _any(
    _IF,
    r"\bin case\b|\bin the event\b|\bprovided that\b|\bto the extent\b|\bwhether or not\b",
    r"\bshould (?:you|this|that|it|there|we|any\w{0,5}) (?:have|has|be|feel|find)\b",
    r"\b(?:may|might) (?:well |also |possibly )?(?:have|feel)\b",
    rf"\b(?:for|about|over|regret) any (?:\w{{1,12}} ){{0,2}}{_EN_VAGUE}\b",
    f"{_HAN_IF}[^。!?;\n]{{0,20}}{_HAN_DOUBTED}",
    "(?:让|使|令|觉得|感到|造成|带来)[^。!?,;\n]{0,15}(?<![样种说讲句])的话,",
    f"(?:可能|也许|或许)[^。!?,;\n]{{0,12}}{_HAN_HARM}|任何(?:的)?{_HAN_HARM}",
)
# In any sentence: the doubt names the harm itself.
_DOUBTING_HARM: Final = _any(
    rf"{_IF}[^.!?;\n]{{0,50}}\b{_EN_HARM}\b",
    rf"\bany {_EN_VAGUE} (?:that |which )?(?:\w{{1,12}} )?(?:may|might|could)\b",
    f"{_HAN_IF}[^。!?;\n]{{0,20}}{_HAN_HARM}",
)

_EN_BUT: Final = (
    r"(?<!\bnothing )(?<!\bnobody )(?<!\banything )(?<!\ball )(?<!\bnone )(?<!\blast )\bbut\b(?! for\b)(?! also\b)"
    r"|\bhowever\b(?! (?:long|much|many|hard|often|late|little|big|small)\b)"
    r"|\bnevertheless\b|\bnonetheless\b|\b(?:having said that|that said)\b|[,–—-] ?though\b"
)
_HAN_BUT: Final = (
    "(?<![不非岂])但(?!凡|愿)|然而|可是|只不过|话虽如此|(?<=[,。 ])惟(?!一|有|独)"
    "|(?<![说讲再超瞒好])不过(?!分|关|如此|去|来|[一二两三四五六七八九十百几半0-9])"
)
_TAKING_BACK: Final = _any(_EN_BUT, _HAN_BUT)
_STARTS_TAKING_BACK: Final = re.compile(rf"\s*(?:{_EN_BUT}|{_HAN_BUT})")

_EN_US: Final = r"(?:we|i|our \w{2,12}|the (?:company|shop|store|team|bank)|my colleagues?)"
_EN_ADVERBS: Final = r"(?:(?:\w{1,12}ly|all|also|partly|quite|very|so|to|not) ){0,2}"
_EN_FAULT: Final = r"(?:faults?|mistakes?|errors?|blame|failings?|failures?|negligence|oversight|blunder|wrongdoing)"
_HAN_US: Final = "(?:我们|咱们|我方|我司|我店|我行|我|本公司|本店|本行|敝公司|公司|门店|商家|平台|店家)"
_HAN_STAFF: Final = "(?:自己|这边|内部|方面|工作|员工|同事|客服|师傅)?"
_HAN_FAULT: Final = "(?:错误|过错|过失|失误|疏失|疏忽|失职|失责|责任(?!人|心|部)|错(?!过|峰|开|综)|不对)"

_ADMITTING: Final = _any(
    # our fault, my mistake, an error on our side, we made a mistake
    rf"\b(?:our|my|the (?:company|team|shop)['’]s) (?:own |big |bad |entire |serious )?"
    rf"(?:{_EN_FAULT}|responsibility|liability)\b",
    rf"\b{_EN_FAULT} (?:on|from|at|by|of) (?:our|my|us|ours|mine)\b",
    rf"\b{_EN_FAULT} (?:is|was|lies) (?:\w{{1,12}}ly |all )?(?:ours|mine|with us)\b|(?:['’]s| is) (?:all )?on us\b",
    r"\bhold (?:ourselves|myself) (?:\w{1,12}ly )?(?:responsible|accountable)\b",
    rf"\b{_EN_US}(?:['’]ve)? (?:have |had )?(?:\w{{1,12}}ly )?(?:made|make) (?:\w{{1,8}} ){{0,2}}"
    r"(?:mistakes?|errors?|blunder)\b",
    # we were wrong, we got this wrong, our driver is to blame, we messed up
    rf"\b{_EN_US}(?:['’](?:re|m))? (?:(?:are|am|is|was|were|been|have been) )?{_EN_ADVERBS}(?:be )?(?:in the )?"
    r"(?:wrong|at fault|blame|liable|negligent|careless|culpable|guilty)\b",
    rf"\b{_EN_US} (?:got|get|did) (?:it|this|that|things|everything) (?:\w{{1,12}}ly |all |so )?wrong\b",
    rf"\b{_EN_US} (?:have |had )?(?:messed|screwed|slipped|fouled) up\b|\bdropped the ball\b",
    # responsible, liable, negligence
    rf"\b{_EN_US}(?:['’](?:re|m))? (?:(?:are|am|is|was|were|feel) )?{_EN_ADVERBS}responsible\b"
    r"(?! for (?:your|this|the) (?:case|complaint|file|account)\b)",
    r"\bnegligen(?:t|ce|tly)\b|\bliab(?:le|ility|ilities)\b|\bculpab\w{2,5}\b"
    r"|\bbreach of (?:contract|duty|warranty|law)\b",
    r"\b(?:accept|admit|take|took|taking|taken|acknowledge|bear|assume|deny|own)(?:s|ed|ing|ting|ted)?"
    r" (?:\w{1,8} ){0,2}(?:responsibility|blame|fault|liability|guilt)\b",
    # 我们的错, 我方责任, 是我们的问题
    f"{_HAN_US}{_HAN_STAFF}的?{_HAN_STAFF}{_HAN_FAULT}",
    f"是{_HAN_US}{_HAN_STAFF}(?:的问题|不好|没做好)|[都全只]怪{_HAN_US}",
    # 我们错了, 我们没有做好, 我们弄错了
    f"{_HAN_US}(?:确实|真的|实在|的确|这次|也)?"
    "(?:错了|有错|有责|理亏|违约|违法|违规|侵权|不好(?!意思|受|过)|没有?做好|没有?尽责|做得[很太还]?[不差])",
    f"{_HAN_US}[^。!?,;\n您你抱]{{0,8}}(?:弄|搞|做|登记|写|发|送|算|填|开|安排)错",
    # 工作疏忽, 由于失误; not 不是您的失误
    "(?<![您你户])(?<![您你户]的)(?:疏忽|疏失|过失|失职|过错|失误|失责)",
    # 承担责任, 负全责, 责任在我们
    "(?:承担|担负|担起|肩负|承认|推卸|逃避|负)[^。!?,;\n]{0,6}责任(?!人|部)|负[^。!?,;\n]{0,4}全责|全责",
    f"责任[^。!?,;\n]{{0,2}}(?:在|归|由|属)于?{_HAN_US}|难辞其咎|归咎|(?:赔偿|法律)责任",
    rf"(?:(?:对此|为此)|由?{_HAN_US}(?:会|将|来|应该|应当|愿意?)?)负责(?=[。!?,;\s]|到底|$)",
)


def regret_faults(text: str) -> tuple[Fault, ...]:
    """What makes `text` no first-stage regret: conditional, but, responsibility, each at most once, in this order.

    `params["found"]` are the words that made it so, as they were written. Whether the text says enough, or says sorry
    at all, is for `substance.thin` and the person reading it.
    """
    folded, origins = fold_in_place(text)
    ours = QUOTED.sub(lambda quoted: " " * len(quoted.group()), folded)
    found = (("conditional", _doubt(ours)), ("but", _taken_back(ours)), ("responsibility", _ADMITTING.search(ours)))
    return tuple(
        Fault(code, {"found": text[origins[match.start()] : origins[match.end() - 1] + 1].strip()})
        for code, match in found
        if match is not None
    )


def _doubt(folded: str) -> re.Match[str] | None:
    for sentence in _SENTENCE.finditer(folded):
        if _REGRET.search(folded, *sentence.span()):
            doubt = _DOUBTING.search(folded, *sentence.span())
            if doubt is not None:
                return doubt
    return _DOUBTING_HARM.search(folded)


def _taken_back(folded: str) -> re.Match[str] | None:
    """A "but" after the sorry in the same sentence, or one that a later sentence starts with."""
    sorry = False
    for sentence in _SENTENCE.finditer(folded):
        start, end = sentence.span()
        if sorry and (opening := _STARTS_TAKING_BACK.match(folded, start, end)):
            return opening
        regret = _REGRET.search(folded, start, end)
        if regret is not None:
            sorry = True
            if taken_back := _TAKING_BACK.search(folded, regret.end(), end):
                return taken_back
    return None
