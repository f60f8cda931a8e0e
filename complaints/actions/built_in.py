"""The categories, reasons and targets a desk starts with. Loading again adds only what is missing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from complaints.domain import clocks as c
from complaints.models import Category, Preset, Reason
from office.models import Office

Names = tuple[str, str, str]

# The default tree of the field (standards, level 1), with the second level a shop needs first.
CATEGORIES: dict[str, tuple[Names, dict[str, Names]]] = {
    "delivery": (
        ("Delivery", "配送", "配送"),
        {
            "late": ("Late", "延迟送达", "延遲到貨"),
            "not_delivered": ("Not delivered", "未收到货", "未收到貨"),
            "wrong_item": ("Wrong or missing item", "发错或少发", "寄錯或短少"),
            "damaged": ("Damaged on arrival", "到货损坏", "到貨毀損"),
        },
    ),
    "quality": (
        ("Quality", "质量", "品質"),
        {
            "defect": ("Defect", "缺陷", "瑕疵"),
            "safety": ("Safety", "安全隐患", "安全疑慮"),
            "not_as_described": ("Not as described", "与描述不符", "與說明不符"),
        },
    ),
    "service": (
        ("Service", "服务", "服務"),
        {
            "conduct": ("Conduct of staff", "服务态度", "服務態度"),
            "waiting": ("Waiting or no answer", "等待过久、联系不上", "等候過久、聯絡不上"),
            "information": ("Wrong information or advice", "信息或建议有误", "資訊或建議有誤"),
            "appointment": ("Missed appointment", "爽约", "失約"),
        },
    ),
    "money": (
        ("Price and billing", "价格与账单", "價格與帳單"),
        {
            "charge": ("Wrong charge", "扣费错误", "扣款錯誤"),
            "refund_late": ("Refund late", "退款延迟", "退款延遲"),
            "refund_refused": ("Refund refused", "拒绝退款", "拒絕退款"),
            "advertising": ("Advertising or promise", "宣传或承诺不符", "宣傳或承諾不符"),
        },
    ),
    "contract": (
        ("Contract", "合同", "契約"),
        {
            "cancellation": ("Cancellation", "解约", "解約"),
            "guarantee": ("Guarantee or repair", "保修与维修", "保固與維修"),
        },
    ),
    "digital": (
        ("Digital", "数字服务", "數位服務"),
        {
            "fault": ("Fault of site or app", "网站或应用故障", "網站或應用程式故障"),
            "privacy": ("Privacy", "隐私", "隱私"),
        },
    ),
    "handling": (
        ("Complaint handling itself", "投诉处理本身", "客訴處理本身"),
        {},
    ),
    "other": (("Other", "其他", "其他"), {}),
}

REASONS: dict[str, dict[str, Names]] = {
    "skip": {
        "settled_at_once": ("Settled at once in the first contact", "首次联系时已当场解决", "首次聯絡時已當場解決"),
        "done_elsewhere": ("Done elsewhere and on file", "已在别处完成并有记录", "已在別處完成並有紀錄"),
        "customer_declines": ("The customer does not want it", "客户不需要这一步", "顧客不需要這一步"),
        "safety_first": ("Safety has to come first", "安全优先", "安全優先"),
        "legal_advice": ("On legal advice", "依法律意见", "依法律意見"),
    },
    "close": {
        "accepted": ("The customer accepted", "客户接受", "顧客接受"),
        "silence": ("No answer after 14 days and a chase", "14天及一次催问后仍无回复", "14天及一次追蹤後仍無回覆"),
        "final": ("The final response stands", "维持最终答复", "維持最終答覆"),
        "answered": ("Answered, nothing more to do", "已答复，无后续事项", "已答覆，無後續事項"),
    },
    "withdraw": {
        "no_longer": ("The customer no longer wants it", "客户不再要求处理", "顧客不再要求處理"),
        "settled_otherwise": ("Settled another way", "已通过其他方式解决", "已透過其他方式解決"),
        "mistake": ("Complained by mistake", "误投诉", "誤投訴"),
    },
    "out_of_scope": {
        "not_ours": ("Not our product or service", "不是我方的产品或服务", "不是我方的產品或服務"),
        "at_court": ("Before a court or authority", "已进入司法或行政程序", "已進入司法或行政程序"),
        "answered_before": ("Answered before, nothing new", "此前已答复，无新情况", "先前已答覆，無新事證"),
        "too_old": ("Too long ago to be looked into", "时间过久，无法核实", "時間過久，無法查證"),
    },
    "reopen": {
        "not_fixed": ("It is not fixed", "还没有解决", "還沒有解決"),
        "new_fact": ("There is a new fact", "有新情况", "有新事證"),
        "promise_broken": ("A promise was not kept", "承诺没有兑现", "承諾沒有兌現"),
        "ended_by_mistake": ("It was ended by mistake", "误办结", "誤結案"),
    },
    "convert": {
        "question": ("It is a question, not a complaint", "是咨询，不是投诉", "是諮詢，不是客訴"),
        "praise": ("It is feedback without expecting an answer", "是反馈，不期待答复", "是回饋，不期待答覆"),
        "order": ("It is an order or a change of one", "是下单或改单", "是訂單或改單"),
        "fault_report": ("It is a fault report", "是报障", "是報修"),
        "is_complaint": (
            "The customer is dissatisfied and expects an answer",
            "客户不满并期待答复",
            "顧客不滿並期待答覆",
        ),
    },
    "wait": {
        "customer_answer": ("The customer’s answer", "等待客户回复", "等候顧客回覆"),
        "customer_papers": ("Papers or photos from the customer", "等待客户提供凭证", "等候顧客提供憑證"),
        "testing": ("Testing or inspection", "检测或鉴定中", "檢測或鑑定中"),
        "third_party": ("A third party", "等待第三方", "等候第三方"),
        "authority": ("An authority or a court", "等待主管部门或法院", "等候主管機關或法院"),
        "force_majeure": ("Force majeure", "不可抗力", "不可抗力"),
    },
    "anonymous": {
        "wants_none": ("Does not want to be named", "不愿具名", "不願具名"),
        "left_none": ("Left no name", "没有留下姓名", "沒有留下姓名"),
        "hung_up": ("The call broke off", "通话中断", "通話中斷"),
        "public_source": ("From a public source", "来自公开来源", "來自公開來源"),
    },
}


@transaction.atomic
def load(*, now: datetime) -> int:
    """Add what is missing and answer how many rows that were. What exists, changed or retired, is left alone."""
    added = 0
    _office, made = Office.objects.get_or_create(pk=1)
    added += made
    if not Preset.objects.exists():
        hours = {target: dict(by) for target, by in c.DEFAULT_HOURS.items()}
        Preset.objects.create(version=1, hours=hours, published_at=now)
        added += 1
    for place, (code, (names, children)) in enumerate(CATEGORIES.items()):
        parent, made = Category.objects.get_or_create(
            parent=None, code=code, defaults={**_named(names), "position": place}
        )
        added += made
        for under, (child, child_names) in enumerate(children.items()):
            _child, made = Category.objects.get_or_create(
                parent=parent, code=child, defaults={**_named(child_names), "position": under}
            )
            added += made
    for kind, reasons in REASONS.items():
        for place, (code, names) in enumerate(reasons.items()):
            _reason, made = Reason.objects.get_or_create(
                kind=kind, code=code, defaults={**_named(names), "position": place}
            )
            added += made
    return added


def _named(names: Names) -> dict[str, str]:
    english, hans, hant = names
    return {"name_en": english, "name_zh_hans": hans, "name_zh_hant": hant}
