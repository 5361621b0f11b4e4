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
{%- set blank = company_enrichment.blank_characters() -%}
{%- set outer_blanks -%} ^{{ blank }}|{{ blank }}$ {%- endset -%}
create or replace function {{ target.schema }}.clean_company_id(company_id text)
returns text
language sql immutable parallel safe
return case
    -- Nearly all of them: nothing to do, and several times as fast.
    when company_id ~ '^[!-~]([ -~]*[!-~])?$' then company_id
    else nullif(
        regexp_replace(
            regexp_replace(
                translate(
                    company_id,
                    {{ company_enrichment.quoted(full_width | join) }},
                    {{ company_enrichment.quoted(ordinary | join) }}
                ),
                {{ company_enrichment.quoted(company_enrichment.invisible_characters()) }},
                '',
                'g'
            ),
            {{ company_enrichment.quoted(outer_blanks) }},
            '',
            'g'
        ),
        ''
    )
end
{% endmacro %}
