"""The people and complaints of the demo desk. All invented. ``{9}`` in a text is the day nine days before the demo."""

from __future__ import annotations

from dataclasses import dataclass, field

PASSWORD = "four small steps"  # noqa: S105 - shown to whoever tries the demo

# user name, name, role, language, time zone, reports to
PEOPLE = (
    ("ada", "Ada Lindgren", "administrator", "en", "Europe/London", ""),
    ("karin", "Karin Solberg", "supervisor", "en", "Europe/London", "ada"),
    ("mei", "Mei Lin", "agent", "en", "Europe/London", "karin"),
    ("jonas", "Jonas Tamm", "agent", "en", "Europe/London", "karin"),
    ("qihang", "周启航", "supervisor", "zh-hans", "Asia/Shanghai", "ada"),
    ("xiaoyu", "陈晓雨", "agent", "zh-hans", "Asia/Shanghai", "qihang"),
    ("meihua", "林美華", "agent", "zh-hant", "Asia/Taipei", "qihang"),
)
# name, supervisor, lead, members, region
TEAMS = (
    ("Repairs", "karin", "mei", ("mei", "jonas", "karin"), "GB"),
    ("中文客服", "qihang", "xiaoyu", ("xiaoyu", "meihua", "qihang"), "CN"),
)
HOURS: dict[str, tuple[str, dict[str, object]]] = {
    "中文客服": (
        "Shanghai desk",
        {
            "time_zone": "Asia/Shanghai",
            "region": "CN",
            "windows": {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in range(5)},
        },
    ),
}
"""Working hours of the teams that have any; for the others every hour counts."""


@dataclass(frozen=True)
class Case:
    """One demo complaint: who complains, in which words, how far it has come, how many hours ago it came."""

    team: str
    owner: str
    name: str
    address: str
    phone: str
    words: str
    title: str
    category: tuple[str, str]
    language: str
    hours_ago: float
    channel: str = "phone"
    to: str = "listen"
    facts: dict[str, object] = field(default_factory=dict)
    restatement: str = ""
    feeling: str = ""
    regret: str = ""
    issue: str = ""
    reason: str = ""
    remedy: str = ""
    prevention: str = ""
    outcome: str = ""
    promise: tuple[str, float] = ("", 0)
    escalate: str = ""
    note: str = ""
    email: str = ""


CASES = (
    Case(
        team="Repairs",
        owner="mei",
        name="Amara Okafor",
        address="Ms Okafor",
        phone="+44 7700 900418",
        email="amara.okafor@example.com",
        title="Dishwasher leaked for the third time, oak floor is lifting",
        words="Third time! Third morning I have taken off work. The first man said it was the seal, the second man said "
        "it was the seal. It pours out of the bottom and the oak is coming up by the cooker.",
        category=("contract", "guarantee"),
        language="en",
        hours_ago=5,
        facts={
            "happened": "Leak from the door seal on {20} and {9} and again this morning. Two repair visits, the same seal "
            "refitted both times.",
            "order_ref": "77-19863",
            "product": "Dishwasher D-640",
            "harm": ["money", "time", "trust"],
            "severity": 3,
            "need": "Speak slowly, the line has an echo",
        },
        promise=("Written summary of the call", 2),
        note="Both visits were by the same contractor. Ask for a senior engineer and photos of the sump.",
    ),
    Case(
        team="Repairs",
        owner="mei",
        name="Tunde Adeyemi",
        address="Mr Adeyemi",
        phone="+44 7700 900533",
        email="tunde.adeyemi@example.com",
        title="Gas hob left disconnected overnight, no hot meal for two children",
        words="Your fitter took the old hob out, said the new one was the wrong width and left. I could smell gas in the "
        "hall at ten at night with the children asleep upstairs.",
        category=("quality", "safety"),
        language="en",
        hours_ago=0.4,
        to="empathise",
        facts={
            "happened": "Fitter capped the pipe at 18:10 yesterday and left. The network made it safe at 22:50.",
            "order_ref": "77-20418",
            "harm": ["time", "safety", "trust"],
            "remedy_sought": "Somebody here today, in writing that it is safe, and a meal for the children.",
            "feeling_start": 5,
            "severity": 4,
            "expectation": "reasonable",
        },
        promise=("Call back with the time of the fitter", 0.5),
        escalate="A certified fitter before 14:00, none is free in the region, and £60 for meals, above my limit.",
    ),
    Case(
        team="Repairs",
        owner="jonas",
        name="Niamh Halloran",
        address="Dr Halloran",
        phone="+44 7700 900622",
        email="niamh.halloran@example.com",
        title="Replacement part ordered twice, invoiced three times",
        words="I ordered one hinge. Two came, and there are three invoices on my card statement. I wrote twice and had an "
        "automatic answer both times.",
        category=("money", "charge"),
        language="en",
        channel="email",
        hours_ago=30,
        to="apologise",
        facts={
            "happened": "One hinge ordered on {13}, two delivered, card charged three times on {10}.",
            "order_ref": "77-20077",
            "harm": ["money", "time"],
            "remedy_sought": "Two charges back on the card and one hinge collected.",
            "feeling_start": 3,
            "severity": 2,
        },
        restatement="You wanted a single hinge, a second one turned up unasked, the shop took the price from you three "
        "times over, and whenever you told us, a machine replied instead of a person.",
        feeling="fobbed off",
    ),
    Case(
        team="Repairs",
        owner="jonas",
        name="Café Marlow",
        address="Ms Marlow",
        phone="+44 7700 900745",
        title="Ice machine down in opening week",
        words="We opened without ice. Your hotline said somebody would come within 24 hours. That was three days ago.",
        category=("service", "appointment"),
        language="en",
        hours_ago=60,
        to="resolve",
        facts={
            "happened": "Ice machine failed on the opening day, visit promised within 24 hours, none for three days.",
            "product": "Ice machine IM-20",
            "harm": ["money", "trust"],
            "remedy_sought": "A working machine today and the lost takings of three days.",
            "feeling_start": 4,
            "severity": 3,
        },
        restatement="Your café had its first days with guests asking for cold drinks it could not pour, and the visit you "
        "were told to expect the next day has still not taken place.",
        feeling="let down in the week that mattered most",
        regret="I am sorry that your opening week went by without ice and that you waited three days for a visit.",
        issue="Visit promised within 24 hours did not take place",
    ),
    Case(
        team="Repairs",
        owner="mei",
        name="Erik Lindqvist",
        address="Mr Lindqvist",
        phone="+44 7700 900811",
        email="erik.lindqvist@example.com",
        title="Fridge hums at night",
        words="It hums so loud we shut the kitchen door and still hear it upstairs. The leaflet says whisper quiet.",
        category=("quality", "not_as_described"),
        language="en",
        hours_ago=150,
        to="answered",
        facts={
            "happened": "Humming since delivery on {19}, measured at 47 dB by the engineer on {12}.",
            "order_ref": "77-19002",
            "harm": ["trust"],
            "remedy_sought": "A quiet fridge or the money back.",
            "feeling_start": 3,
            "severity": 1,
        },
        restatement="You bought it because we called it silent, and now the family sleeps behind closed doors with the "
        "noise still coming up the stairs. The point is the rest at night, more than the fridge.",
        feeling="tired and misled",
        regret="I am sorry that a fridge sold as quiet has kept your family awake since the day it came.",
        issue="The fridge is louder than advertised",
        reason="The engineer measured 47 dB, the leaflet says 38 dB.",
        remedy="A fridge of the quieter series is delivered this week and the old one taken away.",
        prevention="The leaflet is withdrawn until the figures are measured again by the laboratory.",
        outcome="Rang Mr Lindqvist: upheld, replacement this week between nine and twelve, no cost to him.",
    ),
    Case(
        team="中文客服",
        owner="xiaoyu",
        name="陈志远",
        address="陈先生",
        phone="+86 138 0013 8000",
        email="chen.zhiyuan@example.cn",
        title="约好上午装净水器，等了四个小时没人来",
        words="说好八点到十二点上门，我专门请了半天假。等到十二点半，一个电话都没有。打给你们，前台说师傅那边没排上，那为什么不早说？",
        category=("service", "appointment"),
        language="zh-Hans",
        hours_ago=26,
        to="apologise",
        facts={
            "happened": "{1}8点至12点约定安装净水器，无人上门，也没有人来电。",
            "order_ref": "9103 8841",
            "product": "净水器J-300",
            "harm": ["time", "trust"],
            "remedy_sought": "本周内装好，并说明为什么没人来。",
            "feeling_start": 4,
            "severity": 2,
        },
        restatement="您为了等师傅特意向单位告了假，一上午守在家里却没有任何消息，最后还是自己打过来才知道根本没有排班，是这样吗？",
        feeling="着急、委屈",
        promise=("告知没人上门的原因", 1),
    ),
    Case(
        team="中文客服",
        owner="xiaoyu",
        name="刘敏",
        address="刘女士",
        phone="+86 139 1234 5678",
        email="liu.min@example.cn",
        title="冰箱送来就有凹痕，客服说“不影响使用”",
        words="拆开包装右下角就有一块凹痕，我拍了照发给你们，客服说不影响使用。我花的是新冰箱的钱。",
        category=("delivery", "damaged"),
        language="zh-Hans",
        hours_ago=9,
        channel="chat",
        facts={
            "happened": "{1}送货，开箱发现右下角凹痕，客服答复“不影响使用”。",
            "order_ref": "9104 2257",
            "harm": ["trust"],
        },
    ),
    Case(
        team="中文客服",
        owner="meihua",
        name="林怡君",
        address="林小姐",
        phone="+886 912 345 678",
        email="lin.yijun@example.tw",
        title="烘衣機延遲九天到貨，玻璃門有刮痕",
        words="約好{15}到貨，結果{6}才來，外箱破損，玻璃門還有刮痕。這九天我去自助洗衣店，單據都留著，一共1,350元。",
        category=("delivery", "late"),
        language="zh-Hant",
        hours_ago=80,
        to="resolve",
        facts={
            "happened": "約定{15}到貨，實際{6}送達，外箱破損，玻璃門有刮痕。",
            "order_ref": "TW-55120",
            "product": "烘衣機H-9",
            "harm": ["money", "time"],
            "remedy_sought": "換新機，並補償九天的送洗費用。",
            "feeling_start": 4,
            "severity": 2,
            "need": "聽力不便，請用訊息聯絡",
        },
        restatement="您等到超過一個星期才收到機器，拆開又發現門上受了傷，這段期間只好天天提著衣服出門去洗，花的錢都有憑證，我這樣理解對嗎？",
        feeling="失望、疲累",
        regret="晚了九天才送到，門上還有刮痕，讓您每天跑自助洗衣店，我很抱歉。",
        issue="約定{15}到貨，實際{6}",
        promise=("師傅到府換機", 20),
    ),
    Case(
        team="Repairs",
        owner="",
        name="Lucia Bianchi",
        address="Ms Bianchi",
        phone="+44 7700 900902",
        email="lucia.bianchi@example.com",
        title="Refund went to a closed card",
        words="You sent my refund to a card I told you was closed. Twice. The bank says ask the shop, the shop says ask "
        "the bank.",
        category=("money", "refund_late"),
        language="en",
        channel="web",
        hours_ago=7,
    ),
    Case(
        team="中文客服",
        owner="",
        name="王芳",
        address="王女士",
        phone="+86 137 0000 1234",
        title="退款晚了三个星期还没到账",
        words="{20}你们说五天到账，现在三个星期了，一个电话也没有，房贷扣款的时候我账上是空的。",
        category=("money", "refund_late"),
        language="zh-Hans",
        hours_ago=2,
    ),
)
