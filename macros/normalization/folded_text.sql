{% macro folded_text(text) %}
{#-
  An SQL expression: what the rules of the name key see of a name, so that they need not know about typography.
  The entries of the rules' vars are folded by it, too, and so match in any way of typing.

  Each rule is one line, wraps the one before it, and is shown by an example (before -> after).

  Argument
    text  an SQL expression, used twice
-#}
{#- Characters that nobody sees: controls, soft hyphens, zero-width and bidirectional marks, fillers, variation selectors. -#}
{%- set invisible = '[\\u0001-\\u0008\\u000E-\\u001F\\u007F-\\u0084\\u0086-\\u009F\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5'
    ~ '\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF0-\\uFFFB'
    ~ '\\U0001D173-\\U0001D17A\\U000E0000-\\U000E0FFF]+' -%}
{#- [:space:] knows the ASCII ones only in some databases. -#}
{%- set white_space = '[[:space:]\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+' -%}
{%- set latin = '0-9A-Za-zÀ-ɏ０-９Ａ-Ｚａ-ｚ' -%}
{%- set open_brackets = '[\\[{<«‹⁅⟦⟨⟪⟮⦃⦅⦗❨❪❬❮❰❲❴⸢⸤⸨〈《「『【〔〖〘〚]' -%}
{%- set close_brackets = '[\\]}>»›⁆⟧⟩⟫⟯⦄⦆⦘❩❫❭❯❱❳❵⸣⸥⸩〉》」』】〕〗〙〛]' -%}

{#- 中国<U+200B>平安 -> 中国平安 -#}
{%- set visible = "regexp_replace(" ~ text ~ ", " ~ company_enrichment.quoted(invisible) ~ ", '', 'g')" -%}
{#- 原<tab>子 能 -> 原 子 能 -#}
{%- set single_spaced = "regexp_replace(" ~ visible ~ ", " ~ company_enrichment.quoted(white_space) ~ ", ' ', 'g')" -%}
{#- 原 子 能 -> 原子能, Acme Co. , Ltd -> Acme Co.,Ltd: a blank means something between two Latin words only. Before NFKC,
    which composes what white space had kept apart. -#}
{%- set without_blanks = "regexp_replace(" ~ single_spaced ~ ", ' (?![" ~ latin ~ "])|(?<![" ~ latin ~ "]) ', '', 'g')" -%}
{#- Three rules for names that have such characters at all. -#}
{%- set unspaced = "case when " ~ text ~ " ~ " ~ company_enrichment.quoted(invisible ~ '|' ~ white_space) ~ " then "
    ~ without_blanks ~ " else " ~ text ~ " end" -%}
{#- ＩＢＭ -> IBM, ㈱ -> (株), （ -> (, ﬁ -> fi -#}
{%- set compatible = "normalize(" ~ unspaced ~ ", nfkc)" -%}
{#- IBM -> ibm, ΣΑΣ and σας -> σασ: upper case first, because two small letters may share a capital. -#}
{%- set caseless = "lower(upper(" ~ compatible ~ "))" -%}
{#- 【存量】 -> (存量) -#}
{%- set opened = "regexp_replace(" ~ caseless ~ ", " ~ company_enrichment.quoted(open_brackets) ~ ", '(', 'g')" -%}
{%- set one_kind_of_bracket = "regexp_replace(" ~ opened ~ ", " ~ company_enrichment.quoted(close_brackets) ~ ", ')', 'g')" -%}
{{- return(one_kind_of_bracket) -}}
{% endmacro %}
