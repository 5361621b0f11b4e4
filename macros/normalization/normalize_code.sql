{% macro normalize_code(schema=none) %}
{#-
  DDL of normalize_code(text), the key of plan codes and account numbers: folded as names are but for their case, which
  stays. NULL where the text is no code; code_fault() says why.

  Argument
    schema  where it is created; the project's own when it is none
-#}
{%- set schema = schema or target.schema -%}
{#- Letters and digits, one of them no 0, are what they are, unless a placeholder looks like that. -#}
{%- set plain_placeholders = [] -%}
{%- for text in company_enrichment.name_rule_texts().placeholders if modules.re.fullmatch('[0-9a-z]*[1-9][0-9a-z]*', text.letters) -%}
    {%- do plain_placeholders.append(text.letters) -%}
{%- endfor -%}
create or replace function {{ schema }}.normalize_code(code text)
returns text
language sql immutable parallel safe
return case
    when code ~ '^[0-9A-Za-z]*[1-9][0-9A-Za-z]*$'
    {%- if plain_placeholders %}
        and lower(code collate "C") <> all({{ company_enrichment.quoted_array(plain_placeholders) }})
    {%- endif %}
        then code
    else ({{ schema }}.judged_code(code)).key
end
{% endmacro %}
