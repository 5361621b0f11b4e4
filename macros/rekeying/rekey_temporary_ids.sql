{% macro rekey_temporary_ids() %}
{#-
  The ledger by its new keys. Every key is made of the name that the id was issued for, so that names which met under one
  set of rules part again under another, each with the id it had.
-#}
{%- set ledger = company_enrichment.qualified('temp_company_ids') -%}
{#- In two steps: a key may pass from one row to another. -#}
{%- call company_enrichment.run_sql() -%}
update {{ ledger }} as ledger
set normalized_name = null
from rekeyed_temp_ids as made
where
    made.temp_number = ledger.temp_number
    and ledger.normalized_name is not null
    and (made.new_key is distinct from ledger.normalized_name or made.keeper <> made.temp_number)
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
update {{ ledger }} as ledger
set
    normalized_name = should.normalized_name,
    redirected_to = should.redirected_to,
    key_version = should.key_version
from (
    select
        temp_number,
        case when keeper = temp_number then new_key end as normalized_name,
        case when new_key is not null then nullif(keeper, temp_number) end as redirected_to,
        {{ target.schema }}.company_name_key_version() as key_version
    from rekeyed_temp_ids
) as should
where
    should.temp_number = ledger.temp_number
    and (ledger.normalized_name, ledger.redirected_to, ledger.key_version)
    is distinct from (should.normalized_name, should.redirected_to, should.key_version)
{%- endcall -%}
{% endmacro %}
