{% macro normalize_company_name() %}
{#-
  DDL of normalize_company_name(text), the name key: the one rule by which two spellings
  count as the same name. Every rule below is one line, wraps the one before it, and is
  explained by an example in docs/name_key.md. NULL when nothing is left that names anybody.
-#}
{%- set brackets_open = '[(\\[{<【〔〖〘〚《〈「『]' -%}
{%- set brackets_close = '[)\\]}>】〕〗〙〛》〉」』]' -%}
{%- set separators = '[-—–―‐‑‒−_/\\\\|:;,.·、。•~+*#]' -%}
{%- set placeholders = company_enrichment.any_text_of(var('name_placeholders')) -%}
{%- set markers = company_enrichment.any_text_of(var('name_status_markers')) -%}
{%- set remarks = company_enrichment.any_text_of(var('name_status_markers') + var('name_account_suffixes')) -%}
{%- set attached = company_enrichment.any_text_of(var('name_attached_suffixes')) -%}
{%- set account_code = '[a-z]{1,2}[0-9]+' -%}

{%- set text = 'name' -%}
{%- set visible = company_enrichment.replace_pattern(text, '[\\u00AD\\u061C\\u180E\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFE00-\\uFE0F\\uFEFF]', '') -%}
{%- set compatible = 'lower(normalize(' ~ visible ~ ', NFKC))' -%}
{%- set unspaced = company_enrichment.replace_pattern(compatible, '[[:space:]]', '') -%}
{%- set not_placeholder = company_enrichment.replace_pattern(
    unspaced, '^' ~ brackets_open ~ '*(?:' ~ placeholders ~ ')' ~ brackets_close ~ '*$', '') -%}
{%- set without_leading_markers = company_enrichment.replace_pattern(
    not_placeholder,
    '^(?:' ~ separators ~ '*' ~ brackets_open ~ '+(?:' ~ markers ~ ')' ~ brackets_close ~ '+' ~ separators ~ '*'
    ~ '|(?:' ~ markers ~ ')' ~ separators ~ '+)+', '') -%}
{%- set without_trailing_remarks = company_enrichment.replace_pattern(
    without_leading_markers,
    '(?:' ~ separators ~ '*' ~ brackets_open ~ '+(?:' ~ remarks ~ ')' ~ brackets_close ~ '+'
    ~ '|' ~ separators ~ '+(?:' ~ remarks ~ ')'
    ~ '|-' ~ account_code ~ ')+' ~ separators ~ '*$', '') -%}
{%- set letters_and_digits = company_enrichment.replace_pattern(without_trailing_remarks, '[^[:alnum:]]+', '') -%}
{%- set without_attached_suffixes = company_enrichment.replace_pattern(letters_and_digits, '(?:' ~ attached ~ ')+$', '') -%}
{%- set composed = 'normalize(' ~ without_attached_suffixes ~ ', NFKC)' -%}
{%- set names_somebody = company_enrichment.replace_pattern(composed, '^(?:' ~ placeholders ~ '|' ~ markers ~ ')$', '') -%}

create or replace function {{ target.schema }}.normalize_company_name(name text)
returns text
language sql immutable parallel safe
return case
    when char_length(name) <= {{ var('name_maximum_length') | int }}
        then nullif({{ names_somebody }}, '')
end
{% endmacro %}
