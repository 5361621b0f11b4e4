{% macro follow_corrections() %}
{#-
  Writes beside every correction, and every alias that one holds, which company it leads to today: the end of the chain
  of the corrections in force. So that a resolution has to look only once.
-#}
{%- set corrections = company_enrichment.qualified('company_id_corrections') -%}
{%- set followed -%}
with recursive chain as (
    select correction.correction_id, correction.to_company_id as company_id, 1 as steps
    from {{ corrections }} as correction
    union all
    select chain.correction_id, next.to_company_id, chain.steps + 1
    from chain
    inner join {{ corrections }} as next
        on next.from_company_id = chain.company_id and {{ company_enrichment.replaces('next') }}
    where chain.steps < 1000
),

followed as (
    select distinct on (correction_id) correction_id, company_id
    from chain
    order by correction_id, steps desc
)
{% endset -%}
{%- call company_enrichment.run_sql() -%}
{{ followed }}
update {{ corrections }} as correction
set current_company_id = followed.company_id
from followed
where correction.correction_id = followed.correction_id and correction.current_company_id <> followed.company_id
{%- endcall -%}
{%- call company_enrichment.run_sql() -%}
{{ followed }}
update {{ target.schema }}.corrected_aliases as held
set company_id = followed.company_id
from followed
where held.correction_id = followed.correction_id and held.company_id <> followed.company_id
{%- endcall -%}
{% endmacro %}
