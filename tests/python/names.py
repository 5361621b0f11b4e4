"""Names as they come: generators for the property tests of the name key."""

from __future__ import annotations

from hypothesis import strategies as st

MARKERS = ["已转出", "终止", "存量", "原", "集合", "企业年金计划", "保留账户"]
PLACEHOLDERS = ["null", "N/A", "无", "空白", "0", "--"]
# Brackets by kind, each with its counterpart at the same place.
OPENING = "([{<【〔〖《〈「『（［｛＜｟⁅«‹❨⟨︵﹁⁽"
CLOSING = ")]}>】〕〗》〉」』）］｝＞｠⁆»›❩⟩︶﹂⁾"
SEPARATORS = "-—–_/\\|:;,.·、。•~+*#－／：，"
WHITE_SPACE = " \t\n\u00a0\u1680\u2003\u2007\u2028\u202f\u3000\u0085"
INVISIBLE = "\u200b\u200d\ufeff\u00ad\u2060\u202e\u2066\ufe0f\u3164\U000e0100"

_PIECES = st.sampled_from(
    [
        *("中国", "平安", "公司", "北京", "原子能", "集团", "及下属子企业", "养老", "团托", "保留账户管理"),
        *("A12", "-A1", "b", "Ltd."),
        *MARKERS,
        *PLACEHOLDERS,
        *OPENING,
        *CLOSING,
        *SEPARATORS,
        *WHITE_SPACE,
        *INVISIBLE,
        *(
            "⻩",
            "⻰",
            "⺀",
            "\ue000",
            "\U000f0000",
            "\u0378",
            "\U000323b0",
            "○",
            "〇",
            "▪",
            "ㆍ",
            "‐",
            "’",
            "i\u0307",
            "ẞ",
        ),
        *(
            "**",
            "××",
            "某",
            "XX",
            "□",
            "？",
            "\ufffd",
            "__",
            "…",
            "★",
            "🍎",
            "\u0301",
            "\u093e",
            "st*",
            "锟斤拷",
            "#N/A",
        ),
        *("e\u0301", "é", "Ａ", "ﬁ", "㈱", "豈", "ᄀ", "ᅡ", "🙂", "İ", "ı", "ß", "Σ", "ς", "ﷺ", "ｶﾞ", "𠮷"),
        *("'", "\\", "%", "$", "&", "´"),
    ]
)
_ANY_CHARACTER = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])

NAMES = st.one_of(
    st.lists(_PIECES, max_size=12).map("".join),
    st.text(_ANY_CHARACTER, max_size=30),
    st.lists(st.one_of(_PIECES, _ANY_CHARACTER), max_size=20).map("".join),
    st.text(st.sampled_from(OPENING + CLOSING + SEPARATORS + WHITE_SPACE), max_size=12),
)
"""Any text that can be stored: scripts, widths, brackets nested and unbalanced, remarks, and punctuation alone."""
