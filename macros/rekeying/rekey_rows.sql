{% macro rekey_rows() %}
{#- The new keys of answers, records and adopted ids: nothing but the key changes, and answers end that were given to another key. A key that must not be NULL stays when the name is none. -#}
{%- set schema = target.schema -%}
{%- set version = company_enrichment.qualified('company_name_key_version()') -%}
{%- set key_of = company_enrichment.qualified('normalize_company_name') -%}
{%- call company_enrichment.run_sql() -%}
update {{ schema }}.lookup_answers
set ended_at = now()
where answer_id in (select answer_id from ended_answers)
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
update {{ schema }}.lookup_answers
set normalized_name = coalesce({{ key_of }}(asked_name), normalized_name), key_version = {{ version }}
where key_version <> {{ version }}
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
update {{ schema }}.customer_record_keys
set
    plan_code = {{ schema }}.normalize_code(raw_plan_code),
    account_number = {{ schema }}.normalize_code(raw_account_number),
    normalized_customer_name = {{ key_of }}(customer_name),
    normalized_account_name = {{ key_of }}(account_name),
    changed_in = pg_current_xact_id(),
    key_version = {{ version }}
where key_version is distinct from {{ version }}
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
create temporary table rekeyed_adopted on commit drop as
select distinct on (temp_id, new_key, relation) *
from (
    select *, coalesce({{ key_of }}(name), normalized_name) as new_key
    from {{ schema }}.adopted_temp_ids
) as made
order by temp_id, new_key, relation, name
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
delete from {{ schema }}.adopted_temp_ids
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
insert into {{ schema }}.adopted_temp_ids (temp_id, normalized_name, relation, name, adopted_at, key_version)
select temp_id, new_key, relation, name, adopted_at, {{ version }}
from rekeyed_adopted
{%- endcall -%}
{% endmacro %}
