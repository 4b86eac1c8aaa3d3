"""Words of credits and capacity on the pages, both languages side by side."""

from __future__ import annotations

CREDIT_CHOICES = {
    "VOC": ("挥发性有机物", "VOC"),
    "coal": ("煤炭", "coal"),
    "closed": ("关停", "closed"),
    "retrofit": ("改造", "retrofit"),
    "fuel_switch": ("改用清洁能源", "cleaner fuel"),
    "subsidised": ("已享受奖补资金", "subsidised"),
    "backward": ("落后产能", "backward"),
    "excess": ("过剩产能", "excess"),
    "foundry": ("铸造用", "foundry"),
    "strip_steel": ("地条钢", "strip steel"),
    "coking": ("焦化", "coking"),
    "paper": ("造纸", "paper"),
    "textile": ("印染", "textiles"),
    "iron": ("炼铁", "iron-making"),
    "steel": ("钢铁", "steel"),
    "cement": ("水泥", "cement"),
    "flat_glass": ("平板玻璃", "flat glass"),
    "aluminium": ("电解铝", "aluminium"),
    "shipbuilding": ("船舶", "shipbuilding"),
    "petrochemical": ("石化", "petrochemicals"),
    "chemical": ("化工", "chemicals"),
    "nonferrous": ("有色金属冶炼", "non-ferrous metals"),
    "relocate": ("搬迁", "relocate"),
    "renovate": ("改造", "renovate"),
    "close": ("关停", "close"),
    "unapproved": ("未批先建", "built without approval"),
    "built_before_approval": ("边批边建", "built while approval is pending"),
    "beyond_power": ("越权核准", "approved beyond power"),
    "not_begun": ("尚未开工", "not begun"),
    "under_construction": ("正在建设", "under construction"),
    "in_operation": ("已经投产", "in operation"),
    "demolished": ("拆除", "demolished"),
    "approved": ("补办审批", "approved afterwards"),
    "replaced": ("以置换解决", "settled by replacement"),
}
STATES = {
    "pledged": ("未兑现", "pledged"),
    "available": ("可用", "available"),
    "reserved": ("已预留", "reserved"),
    "committed": ("已占用", "committed"),
    "retired": ("已用尽", "used up"),
    "expired": ("已到期", "expired"),
    "void": ("已作废", "void"),
    "source": ("来源", "source"),
}
MOVES = {
    "create": ("形成", "numbered"),
    "realise": ("兑现", "realised"),
    "reserve": ("预留", "reserved"),
    "commit": ("占用", "committed"),
    "release": ("退回", "given back"),
    "retire": ("用尽", "used up"),
    "transfer": ("调剂", "transferred"),
    "expire": ("到期", "expired"),
    "void": ("作废", "voided"),
}
ITEMS = {"SO2": ("SO₂", "SO₂"), "NOx": ("NOₓ", "NOₓ"), "PM": ("烟粉尘", "particles"), "VOC": ("VOCs", "VOCs"), "coal": ("煤炭", "coal")}


def item_words(item: str) -> tuple[str, str]:
    """Name an item in both languages.

    >>> item_words("capacity:cement")
    ('产能（水泥）', 'capacity (cement)')
    """
    if item in ITEMS:
        return ITEMS[item]
    industry = CREDIT_CHOICES.get(item.partition(":")[2], (item, item))
    return f"产能（{industry[0]}）", f"capacity ({industry[1]})"
