-- The rules of the name key, with the vars' defaults, as one nested expression of built-in functions: what the key would
-- be without cheap tests before the rules. A rival of benchmarks/name_key.py, which checks that it makes the same keys.
create function nested_name_key(name text)
returns text
language sql immutable parallel safe
return nullif(regexp_replace(
normalize(regexp_replace(
regexp_replace(
regexp_replace(
regexp_replace(
regexp_replace(
regexp_replace(regexp_replace(lower(upper(normalize(regexp_replace(regexp_replace(regexp_replace(name, E'[\\u0001-\\u0008\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB\\U0001D173-\\U0001D17A\\U000E0000-\\U000E0FFF]+', '', 'g'), E'[[:space:]\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+', ' ', 'g'), ' (?![0-9A-Za-zÀ-ɏ０-９Ａ-Ｚａ-ｚ])|(?<![0-9A-Za-zÀ-ɏ０-９Ａ-Ｚａ-ｚ]) ', '', 'g'), nfkc))), E'[\\[{<«‹⁅⟦⟨⟪⟮⦃⦅⦗❨❪❬❮❰❲❴⸢⸤⸨〈《「『【〔〖〘〚]', '(', 'g'), E'[\\]}>»›⁆⟧⟩⟫⟯⦄⦆⦘❩❫❭❯❱❳❵⸣⸥⸩〉》」』】〕〗〙〛]', ')', 'g'),
E'^[^[:alnum:]]*(?:null|n/a|无|空白|0)[^[:alnum:]]*$', ''),
E'^(?:[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=()]*(?:企业年金计划|已转移终止|转移终止|保留账户|未使用|待转移|待转出|已转出|已终止|已作废|集合|重整|退出|迁出|迁入|转移|转出|解散|结束|终结|终止|破产|清算|清盘|注销|歇业|本部|暂停|整顿|撤销|接管|托管|完结|存量|吊销|合并|变更|分立|关闭|停业|保留|作废|原)[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=)]+)+', ''),
E'(?:[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=(]+(?:企业年金计划|已转移终止|转移终止|保留账户|未使用|待转移|待转出|已转出|已终止|已作废|集合|重整|退出|迁出|迁入|转移|转出|解散|结束|终结|终止|福利|破产|清算|清盘|注销|歇业|本部|暂停|整顿|撤销|接管|托管|完结|存量|团托|吊销|合并|变更|分立|养老|关闭|停业|保留|作废|原)[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=()]*|(?:-[a-z](?: ?[a-z])?(?: ?[0-9])+|及下属子企业)[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#・‧∙⋅〜=()]*)+$', ''),
'[^[:alnum:]]+', '', 'g'),
E'(?:及下属子企业)+$', ''), nfkc),
E'^(?:null|无|空白|0|已转出|待转出|待转移|终止|转出|转移|保留|暂停|注销|清算|解散|吊销|撤销|停业|歇业|关闭|迁出|迁入|变更|合并|分立|破产|重整|托管|接管|整顿|清盘|退出|终结|结束|完结|已作废|作废|存量|原|转移终止|已终止|保留账户|已转移终止|本部|未使用|集合|企业年金计划)$', ''), '')
