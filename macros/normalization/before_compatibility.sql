{% macro before_compatibility(text, with_case=true) %}
{#-
  An SQL expression: a text before NFKC, which not every database does alike, and which makes a letter or a blank of some
  signs. Accents that are characters of their own are apostrophes, and a Korean letter is a middle dot: that is what they
  are typed for. Letters of Unicode 15 and 16 are folded as a database that knows them would fold them.

  Arguments
    text       an SQL expression, used several times: a column or variable
    with_case  whether capitals become small letters
-#}
{%- set outlined = 'abcdefghijklmnopqrstuvwxyz' -%}
{%- set cyrillic = 'абвгдежзиклмопрстуфхцчшыэюꚉәіјөүӏабвгдежзиклопсуфхцчшъыґіѕџҫꙑұ' -%}
{%- set characters = company_enrichment.name_characters() -%}
{%- set newer, plain = ['ㆍ'], ['·'] -%}
{#- Moody´s -> Moody's, 경제ㆍ사회 -> 경제·사회 -#}
{%- for accent in characters.spaced_accents -%}
    {%- do newer.append(accent) -%}
    {%- do plain.append("'") -%}
{%- endfor -%}
{#- U+1CCD6 and U+1E030, in the order of what they stand for -#}
{%- for first, forms in [(117974, [outlined if with_case else outlined | upper, '0123456789'] | join), (122928, cyrillic)] -%}
    {%- for form in forms -%}
        {%- do newer.append('%c' | format(first + loop.index0)) -%}
        {%- do plain.append(form) -%}
    {%- endfor -%}
{%- endfor -%}
{%- if with_case -%}
    {#- U+1C89, U+A7CB, U+A7CC, U+A7DA, U+A7DC, and U+10D50 to U+10D65 -#}
    {%- set pairs = [(7305, 7306), (42955, 612), (42956, 42957), (42970, 42971), (42972, 411)] -%}
    {%- for offset in range(22) -%}
        {%- do pairs.append((68944 + offset, 68976 + offset)) -%}
    {%- endfor -%}
    {%- for capital, small in pairs -%}
        {%- do newer.append('%c' | format(capital)) -%}
        {%- do plain.append('%c' | format(small)) -%}
    {%- endfor -%}
{%- endif -%}
{%- set any_newer -%} [{{ newer | join }}] {%- endset -%}
case
    when {{ text }} ~ {{ company_enrichment.quoted(any_newer) }}
        then translate({{ text }}, {{ company_enrichment.quoted(newer | join) }}, {{ company_enrichment.quoted(plain | join) }})
    else {{ text }}
end
{%- endmacro %}
