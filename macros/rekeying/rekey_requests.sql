{% macro rekey_requests() %}
{#- The queue by its new keys: of open requests that meet, the oldest stays open; whoever holds another is told that it is gone. -#}
{%- set requests = company_enrichment.qualified('lookup_requests') -%}
{%- set version = company_enrichment.qualified('company_name_key_version()') -%}
{%- call company_enrichment.run_sql() -%}
update {{ requests }} as request
set
    status = case when made.new_key is null then 'failed' else 'done' end,
    last_error = case
        when made.new_key is null then 'By the present name rules, this names nobody'
        else 'Folded into request ' || made.keeper || ', which asks for the same name'
    end,
    claimed_by = null,
    lease_until = null,
    finished_at = now(),
    updated_at = now()
from rekeyed_requests as made
where
    made.id = request.id
    and made.is_open
    and (made.new_key is null or made.keeper <> made.id)
{%- endcall -%}
{#- In two steps: a key may pass from one open row to another. -#}
{%- call company_enrichment.run_sql() -%}
update {{ requests }} as request
set normalized_name = 'rekeyed:' || request.id
from rekeyed_requests as made
where made.id = request.id and made.new_key <> request.normalized_name
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
update {{ requests }} as request
set normalized_name = coalesce(made.new_key, request.normalized_name), key_version = {{ version }}
from rekeyed_requests as made
where made.id = request.id and request.key_version <> {{ version }}
{%- endcall -%}
{% endmacro %}
