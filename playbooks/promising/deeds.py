"""What sort of deed a word is: ring, write, send, pay, come, say where it stands, or something else. Pure tables.

English verbs say it themselves ("ring"), or leave it to their object ("send you the money") or subject ("the money
arrives"). Chinese words stand in `playbooks.promising.chinese_words`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from playbooks.promising.sentences import Date


class Kind(StrEnum):
    """What was promised. `UPDATE`: to say where it stands; `REFUND`: any money that goes to them."""

    CALL = "call"
    WRITE = "write"
    SEND = "send"
    REFUND = "refund"
    VISIT = "visit"
    UPDATE = "update"
    OTHER = "other"


class Found(NamedTuple):
    """A promised deed and its date; `start` and `end` are where deed and date stand in the sentence, from 0."""

    date: Date
    kind: Kind
    start: int
    end: int


def spelt(words: str) -> frozenset[str]:
    """The words of a list written with blanks between them."""
    return frozenset(words.split())


def _table(spellings: Mapping[Kind, str]) -> dict[str, Kind]:
    return {word: kind for kind, words in spellings.items() for word in words.split()}


def _forms(verbs: str) -> Iterator[tuple[str, str]]:
    """Each form of each verb with its bare form: "ship/shipped", "pay/paid", "send/sent"."""
    for verb in verbs.split():
        bare, *past = verb.split("/")
        stem = bare.removesuffix("e")
        yield bare, bare
        yield (bare[:-1] + "ies" if bare[-1] == "y" and bare[-2] not in "aeou" else bare + "s"), bare
        if bare.endswith(("ch", "sh", "ss", "x", "o")):
            yield bare + "es", bare
        doubled = past[0][:-2] if past and past[0].endswith("ed") else stem
        yield stem + "ing", bare
        yield bare + "ing", bare
        yield doubled + "ing", bare
        yield stem + bare[-1] + "ing", bare
        for form in past or [stem + "ed"]:
            yield form, bare


_VERBS: Final[Mapping[Kind, str]] = {
    Kind.CALL: "call phone telephone ring/rang/rung speak/spoke/spoken talk dial chat buzz/buzzed facetime zoom skype",
    Kind.WRITE: "write/wrote/written email e-mail message text reply/replied respond answer inform notify/notified"
    " tell/told confirm explain advise contact communicate sms dm whatsapp acknowledge ping/pinged brief",
    Kind.UPDATE: "update",
    Kind.SEND: "ship/shipped dispatch despatch deliver courier redeliver resend/resent reship/reshipped fedex ups",
    Kind.REFUND: "refund reimburse pay/paid repay/repaid compensate credit/credited recredit/recredited remit/remitted"
    " rebate",
    Kind.VISIT: "visit collect attend",
}
# Their kind is that of what they do it to; of what it is said of.
_BY_OBJECT: Final = (
    "send/sent give/gave/given get/got/gotten have/had receive arrange process make/made issue organise organize"
    " provide"
    " start complete finish do/did/done put release book schedule set/set bring/brought see/saw/seen hear/heard take"
    " initiate authorise authorize raise drop/dropped return post mail forward share hand/handed request order"
    " submit/submitted execute trigger/triggered push pass lodge file action transfer/transferred reverse settle"
    " offer log/logged supply/supplied find/found await allow"
    " apply/applied add hit/hit waive"
    " deposit wire place carry/carried fly/flew/flown return resume restart sign advance"
    " reissue"
)
_OTHER: Final = (
    "fix/fixed fit/fitted repair install inspect check review investigate escalate prepare correct decide resolve"
    " close open"
    " sort look work test verify/verified change amend remove delete cancel restore assess discuss"
    " hold/held keep/kept know/known think/thought need want wait hope try/tried aim plan intend expect promise"
    " guarantee undertake say/said ask apologise understand/understood run/ran end expire charge bill debit assign"
    " consider examine trace chase adjust upgrade clean rebook reschedule swap/swapped"
    " exchange replace reset/reset rectify/rectified"
    " finalise finalize conclude meet/met commit/committed pledge vow let/let mend rest rate mark"
    " unblock unlock reconnect disconnect activate deactivate reactivate enable disable unfreeze"
    " reprint rewire resurface rebuild/rebuilt recalibrate calibrate recalculate calculate reassess reconsider reopen"
    " reinstate renew extend suspend erase withdraw/withdrew/withdrawn begin/began/begun fetch pack/packed bounce"
    " block/blocked free"
)
_BY_SUBJECT: Final = (
    "arrive come/came go/went reach land appear show/showed/shown clear leave/left be follow head turn drop happen"
    " take/took/taken commence stop/stopped swing/swung pop/popped"
)
VERBS: Final[Mapping[str, Kind]] = {
    form: kind for kind, verbs in _VERBS.items() for form, _ in _forms(verbs) if len(form) > 2
}
"""Every form of a verb that says itself what is done."""
BARE: Final[Mapping[str, str]] = dict(
    pair for verbs in (*_VERBS.values(), _BY_OBJECT, _BY_SUBJECT, _OTHER) for pair in _forms(verbs)
)
"""Every form of a verb known here, with its bare form."""
BY_OBJECT: Final = frozenset(dict(_forms(_BY_OBJECT)).values())
BY_SUBJECT: Final = frozenset(dict(_forms(_BY_SUBJECT)).values())
PAST_FORMS: Final = spelt(
    "told said wrote sent gave got had made did brought saw heard took put came went left spoke rang "
    "found kept held paid met knew thought thanked was were promised called emailed phoned asked received "
    "ordered"
)

NOUNS: Final[Mapping[str, Kind]] = _table(
    {
        Kind.CALL: "call callback call-back ring phone telephone phonecall conversation calls ring-back",
        Kind.WRITE: "email e-mail letter reply answer response message text sms decision result results outcome report"
        " confirmation statement explanation note summary quote quotation findings written writing verdict conclusion"
        " apology proposal feedback breakdown invoice bill receipt translation details reference tracking news"
        " acknowledgement notice ruling diagnosis assessment timetable itinerary estimate schedule word memo reason"
        " reasons minutes clarification advice instructions passcode figures answers",
        Kind.UPDATE: "update progress status updates bulletin",
        Kind.SEND: "parcel package replacement order item items part parts unit goods product delivery shipment box"
        " device keys card table sofa cable charger machine shoes jacket coat dress book books spare voucher"
        " label kit mattress chair lamp bag laptop handset bottle meal cake flowers consignment dispatch"
        " passport permit licence license certificate badge pass ticket passes copy copies pin fob remote router modem"
        " tv fridge freezer oven washer dryer cooker boiler sofa desk wardrobe bed suitcase luggage baggage pushchair"
        " stroller cot bike bicycle towel pillow blanket medicine medication tablets prescription lenses glasses frames"
        " aid brace crutches toy game console tablet camera necklace gift hamper bouquet wine pizza groceries"
        " keyboard screen battery filter pump tyre wheel mirror uniform textbook sim adapter printer toner curtain"
        " curtains rug carpet blind blinds tile tiles",
        Kind.REFUND: "refund refunds money payment reimbursement compensation credit amount cheque check transfer"
        " deposit cash pounds dollars fee difference sum balance funds overcharge repayment refunded euros £ $ €"
        " excess premium premiums rent fare overpayment goodwill rebate cashback payout settlement surcharge penalty"
        " dollars euro interest subsidy grant allowance salary wage wages bonus arrears",
        Kind.VISIT: "engineer technician plumber electrician fitter courier driver collection visit appointment pick-up"
        " pickup inspector surveyor van crew installer mechanic repairman contractor someone somebody inspection"
        " roofer locksmith plasterer glazier carpenter joiner handyman cleaner adjuster assessor gardener upholsterer"
        " callout call-out"
        " installation"
        " team",
    }
)
STRONG_NOUNS: Final = frozenset(
    word for word, kind in NOUNS.items() if kind in {Kind.CALL, Kind.UPDATE, Kind.REFUND} and word not in {"phone"}
)
