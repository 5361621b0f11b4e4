{% macro folded_text(text) %}
{#-
  An SQL expression: what the rules of the name key see of a name, so that they need not know about typography; between
  before_compatibility() and without_look_alikes(). The entries of the rules' vars are folded by it, too, and so match in any
  way of typing.

  Each rule is one line, wraps the one before it, and is shown by an example (before -> after).

  Argument
    text  an SQL expression, used several times
-#}
{%- set characters = company_enrichment.name_characters() -%}
{%- set invisible -%} [{{ characters.invisible }}]+ {%- endset -%}
{%- set white_space -%} [{{ characters.white_space }}]+ {%- endset -%}
{%- set hidden -%} [{{ characters.invisible }}{{ characters.white_space }}] {%- endset -%}
{#- 中国<U+200B>平安 -> 中国平安 -#}
{%- set visible %}regexp_replace({{ text }}, {{ company_enrichment.quoted(invisible) }}, '', 'g'){% endset -%}
{#- 原<tab>子 能 -> 原 子 能 -#}
{%- set single_spaced %}regexp_replace({{ visible }}, {{ company_enrichment.quoted(white_space) }}, ' ', 'g'){% endset -%}
{#- 原 子 能 -> 原子能, Acme Co. , Ltd -> Acme Co.,Ltd: a blank means something between two Latin words only. Before NFKC,
    which composes what white space had kept apart. -#}
{%- set lone_blank %} (?![{{ characters.latin }}])|(?<![{{ characters.latin }}]) {% endset -%}
{%- set without_blanks %}regexp_replace({{ single_spaced }}, {{ company_enrichment.quoted(lone_blank) }}, '', 'g'){% endset -%}
{#- Three rules for names that have such characters at all. -#}
{%- set unspaced %}case when {{ text }} ~ {{ company_enrichment.quoted(hidden) }} then {{ without_blanks }} else {{ text }} end{% endset -%}
{#- ＩＢＭ -> IBM, ㈱ -> (株), （ -> (, ﬁ -> fi -#}
{%- set compatible %}normalize({{ unspaced }}, nfkc){% endset -%}
{#- IBM -> ibm, ΣΑΣ and σας -> σασ: upper case first, because two small letters may share a capital. ß has SS for a capital. -#}
{%- set caseless %}replace(lower(upper({{ compatible }})), 'ß', 'ss'){% endset -%}
{%- set opening -%} [{{ characters.open_brackets }}] {%- endset -%}
{%- set closing -%} [{{ characters.close_brackets }}] {%- endset -%}
{%- set opened %}regexp_replace({{ caseless }}, {{ company_enrichment.quoted(opening) }}, '(', 'g'){% endset -%}
{#- 【存量】 -> (存量) -#}
{%- set one_kind_of_bracket %}regexp_replace({{ opened }}, {{ company_enrichment.quoted(closing) }}, ')', 'g'){% endset -%}
{{- return(one_kind_of_bracket) -}}
{% endmacro %}
