{% macro withdraw_unlisted_seeds() %}
{#-
  Withdraws what seeds have landed that the var mapping_seeds does not list any more, and says so. The sample's loads go by the
  var, too, and not by whether this run uses the sample: `company-enrichment sample remove` takes them out otherwise.
-#}
{%- set unlisted = [] -%}
{%- set standing -%}
select distinct substr(source, 6)
from (
    {{ company_enrichment.standing_seed_loads() | indent(4) }}
) as loads
order by 1
{%- endset -%}
{%- for row in run_query(standing).rows if row[0] not in company_enrichment.checked_var('mapping_seeds') -%}
    {%- do unlisted.append(row[0]) -%}
{%- endfor -%}
{%- for seed, loads in company_enrichment.withdraw_seed_mappings(unlisted).items() -%}
    {%- set warning -%}
        The var mapping_seeds does not list {{ seed }} any more: what it had landed ({{ loads }} loads) is withdrawn, by
        {{ 'this run' if company_enrichment.builds_models(selected_resources) else 'the next `dbt run`' }}. To bring it back,
        list it and run dbt seed.
    {%- endset -%}
    {%- do exceptions.warn(company_enrichment.one_line(warning)) -%}
{%- endfor -%}
{% endmacro %}
