{% macro clean_company_id() %}
{#-
  DDL of clean_company_id(text), the one form of a company id in which it is stored and compared: full-width letters, digits
  and signs as ordinary ones, invisible characters out, no blanks around it; NULL when nothing is left. Case stays, and so
  do blanks within. Nothing else is folded: two ids never become one.
-#}
{%- set full_width, ordinary = [], [] -%}
{%- for code in range(33, 127) -%}
    {%- do ordinary.append('%c' | format(code)) -%}
    {%- do full_width.append('%c' | format(code + 65248)) -%}
{%- endfor -%}
create or replace function {{ target.schema }}.clean_company_id(company_id text)
returns text
language sql immutable parallel safe
return case
    -- Nearly all of them: nothing to do, and several times as fast.
    when company_id ~ '^[!-~]+$' then company_id
    else nullif(
        regexp_replace(
            regexp_replace(
                translate(
                    company_id,
                    {{ company_enrichment.quoted(full_width | join) }},
                    {{ company_enrichment.quoted(ordinary | join) }}
                ),
                {{ company_enrichment.quoted(company_enrichment._invisible_characters()) }},
                '',
                'g'
            ),
            {{ company_enrichment.quoted('^' ~ company_enrichment._blanks() ~ '|' ~ company_enrichment._blanks() ~ '$') }},
            '',
            'g'
        ),
        ''
    )
end
{% endmacro %}


{% macro _invisible_characters() %}
{#- A regular expression of one character that is not seen: joiners, marks of direction, selectors, fillers, tags. -#}
{{- return(
    '[\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\u3164'
    '\\uFE00-\\uFE0F\\uFEFF\\uFFA0\\uFFF9-\\uFFFB\\U0001D173-\\U0001D17A\\U000E0000-\\U000E0FFF]'
) -}}
{% endmacro %}


{% macro _blanks() %}
{#- A regular expression of blanks, tabulators and line ends, those included that [[:space:]] of some databases lacks. -#}
{{- return('[\\u0009-\\u000D\\u001C-\\u0020\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F\\u205F\\u3000]+') -}}
{% endmacro %}
