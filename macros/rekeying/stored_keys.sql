{% macro stored_keys() %}
{#-
  Where keys of names and codes are stored, as a list of {table, key, text, where, made, is_old}: the column of the key, the
  column of the text that made it, which rows have one, how it is made anew (by functions of pg_temp), and which rows hold
  keys of other rules. A version is stored beside the keys of names; those of codes are compared. company_mapping and
  company_lookup_cache are derived from these.
-#}
{%- set names = company_enrichment.name_match_types() -%}
{%- set held_names -%} match_type in ({{ names }}, 'lookup') {%- endset -%}
{%- set held_codes -%} match_type not in ({{ names }}, 'lookup') {%- endset -%}
{%- set decided_names -%} match_type in ({{ names }}) and outcome <> 'rejected' {%- endset -%}
{%- set decided_codes -%} match_type not in ({{ names }}) and outcome <> 'rejected' {%- endset -%}
{%- set stored = [] -%}
{%- for table, key, text, where, kind in [
    ('temp_company_ids', 'normalized_name', 'first_name', 'first_name is not null', 'name'),
    ('lookup_requests', 'normalized_name', 'name', 'true', 'name'),
    ('lookup_answers', 'normalized_name', 'asked_name', 'true', 'name'),
    ('corrected_aliases', 'alias_name', 'alias_text', held_names, 'name'),
    ('corrected_aliases', 'alias_name', 'alias_text', held_codes, 'code'),
    ('mapping_changes', 'alias_name', 'alias_text', decided_names, 'name'),
    ('mapping_changes', 'alias_name', 'alias_text', decided_codes, 'code'),
    ('customer_record_keys', 'plan_code', 'raw_plan_code', 'true', 'code'),
    ('customer_record_keys', 'account_number', 'raw_account_number', 'true', 'code'),
    ('customer_record_keys', 'normalized_customer_name', 'customer_name', 'true', 'name'),
    ('customer_record_keys', 'normalized_account_name', 'account_name', 'true', 'name'),
    ('adopted_temp_ids', 'normalized_name', 'name', 'true', 'name'),
] -%}
    {%- set made -%}
pg_temp.{{ 'normalize_company_name' if kind == 'name' else 'normalize_code' }}({{ text }})
    {%- endset -%}
    {%- set is_old -%}
{{ 'key_version' if kind == 'name' else key }} is distinct from {{ 'pg_temp.company_name_key_version()' if kind == 'name' else made }}
    {%- endset -%}
    {%- do stored.append({'table': table, 'key': key, 'text': text, 'where': where, 'made': made, 'is_old': is_old}) -%}
{%- endfor -%}
{{- return(stored) -}}
{% endmacro %}
