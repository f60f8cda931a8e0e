"""Words that fill a field without saying anything: stock replies, place-holders, keys struck at random.

Works on folded text (`office.folding.fold`). Reports shares; what follows from them is decided in `substance`.
"""

import re
from typing import Final

_HAN_CLASS: Final = "㐀-䶿一-鿿豈-﫿々〇\U00020000-\U0003ffff"
_HAN: Final = re.compile(f"[{_HAN_CLASS}]")
_LATIN_WORD: Final = re.compile(rf"(?:(?![_{_HAN_CLASS}])\w)+")

# Answers that are no answer. Each is common inside an honest sentence too, so only the share of them counts.
_STOCK: Final = """
    ok okay okey k kk yes yep yeah no nope na n none nil null nothing nada blank empty unknown
    done fine good great noted sure alright right agreed understood acknowledged received copy
    thanks thank thx ty resolved solved fixed closed sorted handled completed complete finished processed addressed
    same above ditto idem before see previous tbc tbd tba todo pending later soon asap
    test tests testing tested sample example dummy placeholder foo bar baz qux blah bla yada xxx xx x
    lol haha hehe hmm hm um uh er ah oh eh wow yay hi hello hey bye cheers
    lorem ipsum dolor amet consectetur adipiscing elit eiusmod tempor incididunt labore dolore aliqua
"""
# Words that carry no fact of their own: a text of these and stock words only says nothing.
_CARRYING: Final = """
    the this that it its is was were be been being has have had do does did a an of to in on by for with and or as at
    i we you he she they my our your his her their me us them all everything anything now already just very so
    customer client caller complaint case issue problem matter ticket request query concern fully properly please
    not applicable available per usual normal standard regular s re ve ll t
"""
_STOCK_IN_HAN: Final = """
    好的 好吧 好了 好滴 没问题 谢谢 感谢 多谢 收到 是的 对的 嗯 哦 噢 啊 呀 哈 呵 嘿 嘻 呃 唉
    已处理 已解决 已完成 已办结 已办理 已回复 已答复 已联系 已沟通 已反馈 已记录 已知悉 已知晓 已阅 已道歉 已跟进
    处理完毕 处理完成 处理好 处理中 处理 解决 完成 办结 完毕 搞定 妥善 圆满 顺利 跟进 反馈 沟通 安抚
    同上 同前 见上 如上 以上 上述 不详 不知道 不清楚 不适用 待定 待补 稍后 一切正常
    测试 试试 占位 随便 辛苦 您好 你好 再见 知悉 收悉 遵命
"""
# Stock only when they are all there is: inside a sentence they are how things are told.
_ALONE_IN_HAN: Final = frozenset(
    ("无", "没", "没有", "暂无", "略", "可以", "行", "明白", "了解", "理解", "知道", "正常", "没事", "不")
)
_CARRYING_IN_HAN: Final = """
    客户 顾客 用户 投诉 问题 事情 情况 本案 工单 此事 该事 相关 有关 全部 已经 我们
    回复 答复 联系 记录 告知 都 已 的 了 就 是 和 与 并 也 很 把 被 将 对 向 给 我 您 你 他 她 它 本 该 此 事 案
"""

STOCK_WORDS: Final = frozenset(_STOCK.split())
_CARRIERS: Final = frozenset(_CARRYING.split())
_STOCK_HAN: Final = re.compile("|".join(sorted(_STOCK_IN_HAN.split(), key=len, reverse=True)))
_CARRIERS_HAN: Final = re.compile("|".join(_CARRYING_IN_HAN.split()))

_KEYBOARD_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
_ON_A_ROW: Final = frozenset(
    run[start : start + 4] for row in _KEYBOARD_ROWS for run in (row, row[::-1]) for start in range(len(row) - 3)
)
_LATIN_ONLY: Final = re.compile(r"[a-z]+")
_SAME_AGAIN: Final = re.compile(r"(.)\1{3,}|^(..?.?)\2{2,}$")
_NO_VOWEL: Final = re.compile(r"[^aeiouy]{4,}")
_LONG_CLUSTER: Final = re.compile(r"[^aeiouy]{6,}")
# Pairs of letters that English, French, German, Spanish, Dutch, pinyin and Wade-Giles words do not have inside them.
_IMPOSSIBLE_PAIRS: Final = re.compile(
    "bq|bx|cj|cv|cx|dx|fj|fq|fv|fx|fz|gq|gv|gx|hx|jb|jd|jf|jg|jh|jj|jk|jl|jm|jp|jq|jr|js|jt|jv|jw|jx|jz|kq|kx|kz"
    "|lq|lx|mx|mz|pq|pv|px|qb|qc|qd|qf|qg|qh|qj|qk|ql|qm|qp|qr|qs|qt|qv|qw|qx|qy|qz|sx|tq|vb|vc|vf|vg|vh|vj|vk|vm|vn"
    "|vp|vq|vt|vw|vx|vz|wj|wq|wv|wx|xd|xg|xj|xk|xr|xs|xz|yq|zb|zc|zd|zf|zg|zj|zk|zn|zp|zq|zr|zv|zx|hj|dk[^a-z]|fk|hk|kj|lj"
)


def is_noise(word: str) -> bool:
    """Whether a folded word is keys struck at random: asdf, qwerty, sdkfjh, aaaaa, hahahaha."""
    if _SAME_AGAIN.search(word) or any(word[start : start + 4] in _ON_A_ROW for start in range(len(word) - 3)):
        return not word.isdecimal()
    if not _LATIN_ONLY.fullmatch(word):
        return False
    return bool(_NO_VOWEL.fullmatch(word) or _LONG_CLUSTER.search(word) or _IMPOSSIBLE_PAIRS.search(word))


def empty_words(folded: str) -> tuple[int, int]:
    """How many of the words, and how many of the Han characters, of a folded text are stock replies or noise.

    Words of one letter count as noise when they are most of the text: that is how "o k o k" and "w a i t e d" look.
    """
    words = _LATIN_WORD.findall(folded)
    single = [word for word in words if len(word) == 1 and not word.isdecimal()]
    empty = sum(1 for word in words if word in STOCK_WORDS or is_noise(word))
    if 2 * len(single) > len(words) > 3:
        empty = len(words)
    return empty, sum(len(match.group()) for match in _STOCK_HAN.finditer(folded))


def is_stock_reply(folded: str) -> bool:
    """Whether a folded text says nothing but stock replies: ok · the issue has been resolved · 客户的问题已处理完毕."""
    words = [word for word in _LATIN_WORD.findall(folded) if not word.isdecimal()]
    if any(word not in STOCK_WORDS and word not in _CARRIERS and not is_noise(word) for word in words):
        return False
    left = "".join(_HAN.findall(_CARRIERS_HAN.sub("", _STOCK_HAN.sub("", folded))))
    return (not left or left in _ALONE_IN_HAN) and (bool(words) or _HAN.search(folded) is not None)
