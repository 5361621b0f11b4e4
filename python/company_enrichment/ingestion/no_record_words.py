"""The words by which a row of a report is told from a record, in Chinese and English.

Texts are compared compact: folded (see key_parts.folded_text), in small letters, without any blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CERTAIN_TOTALS = _words(
    """
    合计 合计数 总计 总合计 小计 共计 grandtotal grandtotals subtotal subtotals sub-total sub-totals pagetotal
    overalltotal runningtotal sumtotal totalamount totalsum
    """
)
"""No customer has such a name; a text that ends in one of the Chinese words, such as 甲公司小计, is no name either."""
TOTALS = _words("累计 总数 总金额 总人数 总户数 总规模 总和 总额 汇总 平均 平均值 均值 计数 占比 同比 环比 增长率 增幅")
CARRIED_OVER = _words(
    """
    承前页 过次页 转次页 转下页 接上页 接前页 carriedforward broughtforward carriedover carrieddown broughtdown c/f
    b/f c/d b/d
    """
)
BREAKDOWNS = _words("其中 ofwhich including thereof")
"""With a colon, or alone in their cell."""
TOTALS_THAT_MAY_BE_NAMES = _words("total totals sum average mean count ttl 计")

FORM_LABELS = _words(
    """
    制表 制表人 制单 制单人 编制人 编制单位 填表 填表人 填报人 填报单位 填报部门 报送单位 报送人 经办 经办人 审核
    审核人 复核 复核人 审批 审批人 核对 核对人 批准人 录入 录入人 负责人 单位负责人 部门负责人 财务负责人 会计主管
    会计机构负责人 主管 主管领导 打印人 导出人 操作人 操作员 联系人 联系电话 电话 签字 签章 签名 盖章 公章 单位公章
    单位 单位名称 部门 制表日期 制表时间 编制日期 填表日期 填报日期 报送日期 报告日期 报表日期 打印日期 打印时间
    导出日期 导出时间 生成日期 生成时间 查询日期 查询时间 统计日期 统计时间 统计期间 截止日期 截至日期 数据截止
    数据截至 数据日期 日期 时间 preparedby prepared checkedby reviewedby approvedby verifiedby auditedby authorizedby
    authorisedby signedby signature signatures printedby printedon printedat printed printdate createdby createdon
    creationdate generatedby generatedon generatedat generated exportedby exportedon exported exportdate reportdate
    reportingdate rundate asof asat date reportingunit reportingentity department contact phone user
    """
)
"""With a colon; what they ask for may be in the next cell."""
NOTES = _words(
    """
    注 备注 附注 注释 说明 附件 编制说明 填表说明 填报说明 备注说明 数据说明 数据来源 资料来源 来源 统计口径 口径
    口径说明 查询条件 提示 声明 免责声明 note notes n.b. nb remark remarks comment comments source sources datasource
    disclaimer footnote footnotes legend
    """
)
"""With a colon, or alone in their row."""
ENDS = _words(
    """
    以下空白 本页以下空白 以下无正文 此页无正文 以下无数据 以下无内容 无数据 暂无数据 没有数据 报表结束 表尾 完 完毕
    结束 续表 续 接上表 endofreport endoffile endofdata endoflist endoftable endofpage endofsheet end theend eof
    nodata nodatafound norecords intentionallyblank pageintentionallyleftblank thispageintentionallyleftblank
    blankbelow nothingbelow continued tobecontinued continuedonnextpage
    """
)
"""Alone in their cell; dashes, stars and brackets around them do not count."""

MEASURES = "户|家|人次|人|个|条|笔|份|行|项|只|元|rows?|records?|items?|customers?|plans?"
UNITS = _words(
    """
    元 角 分 千元 万元 十万元 百万元 千万元 亿元 百万 千万 亿 万 千 元/份 元/户 % ‰ 户 人 人次 份 万份 笔 个 家 只 年
    月 日 天 yuan rmb cny usd eur hkd rmbyuan percent thousand thousands million millions billion billions mn bn '000
    000 '000s 000s units persons people shares days months years
    """
)
UNIT_LABELS = _words(
    """
    单位 金额单位 货币单位 计量单位 数量单位 计价单位 币种 币别 货币 unit units currency unitofmeasure uom amounts
    amount figures
    """
)
COLUMN_NUMBER_LABELS = _words("栏次 行次 列次 列号 栏目 序号 column columns col no.")


def any_of(words: Iterable[str]) -> str:
    """Return words as an alternative of an expression, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
