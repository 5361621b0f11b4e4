{% macro name_fault_of(text) %}
{#-
  An SQL expression: why a folded name without blanks decides nothing although it is no placeholder, or NULL. Signs have
  been put in place of its letters, or letters were lost on the way.

  Argument
    text  an SQL expression, used several times: a variable
-#}
{%- set han = company_enrichment.name_characters().han -%}
{%- set after_han -%} (?<=[{{ han }}]) {%- endset -%}
{%- set before_han -%} (?=[{{ han }}]) {%- endset -%}
{%- set numerals = '一二三四五六七八九十百千两零〇' -%}
{#- Of each pattern, a line is an alternative. -#}
{#- U+FFFD, and what becomes of it in other encodings; a box, a geta or a question mark for one character of a Chinese name. -#}
{%- set lost -%}
\uFFFD
锟斤拷
烫烫烫
屯屯屯
ï¿(?:1/|1)?2
{{ after_han }}[?□〓]{{ before_han }}
{%- endset -%}
{#- 中国平安保险... -#}
{%- set cut_off -%}
{{ after_han }}(?:[.]{3}|。{3}|⋯)
(?:[.]{3}|。{3}|⋯){{ before_han }}
{%- endset -%}
{#- 中国**保险, 平*科技 (but *ST平安 and A*STAR), 北京XX公司, 某某公司, ○○公司 (but 二○○八), 中国__公司 -#}
{%- set masked -%}
[*]{2}
×{2}
{{ after_han }}×{{ before_han }}
{{ after_han }}[*](?=[{{ han }}0-9a-z])(?!st)
(?<=[0-9a-z])(?<!st)[*]{{ before_han }}
{{ after_han }}[#?@$%^·□△▲▽▼◇◆◎]{2}
[#?@$%^·□△▲▽▼◇◆◎]{2}{{ before_han }}
(?<![0-9a-z])x{2,}(?=[(]?[{{ han }}])
{{ after_han }}[(]?x{2,}(?![0-9a-z])
^x{2,}$
某某
^某
某(?:公司|企业|单位|集团|厂|银行|店|人|机构|科技|有限|股份|[省市县区])
(?<![{{ numerals }}])〇{2,}(?![{{ numerals }}])
{{ after_han }}_{2,}(?=[{{ han }}0-9a-z])
_{2,}{{ before_han }}
{%- endset -%}
{#- A name with none of these characters is spared the patterns. -#}
{%- set suspicious = '[*×x某〇锟烫屯�?□〓△▲▽▼◇◆◎#@$%^·_ï⋯]|[.。]{3}' -%}
case
    when {{ text }} !~ {{ company_enrichment.quoted(suspicious) }} then null
    when {{ text }} ~ {{ company_enrichment.quoted(lost | replace('\n', '|')) }} then 'has lost a character, and another stands for it'
    when {{ text }} ~ {{ company_enrichment.quoted(masked | replace('\n', '|')) }} then 'is masked: signs stand for letters'
    when {{ text }} ~ {{ company_enrichment.quoted(cut_off | replace('\n', '|')) }} then 'is cut off'
end
{%- endmacro %}
