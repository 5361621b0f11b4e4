{% macro withdraw_mapping_seed(seed=none, execute=false) %}
{#-
  dbt run-operation withdraw_mapping_seed --args '{seed: sample_mappings, execute: true}': withdraws every load of a seed that
  stands, as a run does for a seed that the var mapping_seeds does not list any more. The next `dbt run` applies it. A seed
  that the var lists is landed again by the next `dbt seed`.

  Arguments
    seed     name of the seed
    execute  without it, how many loads would be withdrawn is said and nothing is changed
-#}
{%- do company_enrichment.begin_operation('withdraw_mapping_seed', {
    'seed': [seed, {'is': 'text', 'says': 'the name of a seed'}],
    'execute': [execute, {'is': 'boolean'}],
}) -%}
{%- if not company_enrichment.deployed_schema() -%}
    {%- call company_enrichment.refuse('withdraw_mapping_seed') -%}
        nothing is deployed to schema {{ target.schema }}. Deploy first: dbt run-operation migrate
    {%- endcall -%}
{%- endif -%}
{%- if execute -%}
    {%- set loads = company_enrichment.withdraw_seed_mappings([seed]).get(seed, 0) -%}
{%- else -%}
    {%- set standing -%}
select count(*)
from (
    {{ company_enrichment.standing_seed_loads() | indent(4) }}
) as loads
where source = {{ company_enrichment.quoted('seed:' ~ seed) }}
    {%- endset -%}
    {%- set loads = company_enrichment.value_of(standing) | int -%}
{%- endif -%}
{%- call company_enrichment.say('withdraw_mapping_seed') -%}
    {{ 'withdrew' if execute else 'would withdraw' }} {{ loads }} loads of {{ seed }}
    {{- '; the next `dbt run` applies it' if execute else '; add execute: true' }}
{%- endcall -%}
{% endmacro %}
