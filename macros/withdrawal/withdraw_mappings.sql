{% macro withdraw_mappings(execute) %}
{#-
  Makes rejected ones of the rows of mapping_changes whose company id is none, as if they had been rejected when they were
  decided: what their source said of the alias before or since counts again, or what another source says; where nobody says
  anything else, the alias is retired. What lost only against such a row counts after all. Ids that are only not in their one
  form are cleaned. Returns what was done, as a list of texts.

  Argument
    execute  write it
-#}
{%- set changes = company_enrichment.qualified('mapping_changes') -%}
{%- set is_faulty = company_enrichment.is_faulty_mapping('change') -%}
{%- set is_unclean -%}
(
    (
        {{ company_enrichment.is_unclean('change.company_id') }}
        or {{ company_enrichment.is_unclean('change.previous_company_id') }}
    )
    and change.outcome <> 'rejected'
)
{%- endset -%}
{%- set count -%}
select
    count(*) filter (where {{ is_faulty }}),
    count(*) filter (where not {{ is_faulty }} and {{ is_unclean }})
from {{ changes }} as change
{%- endset -%}
{%- set faulty, unclean = run_query(count).rows[0].values() -%}
{%- set done = [] -%}
{%- if faulty > 0 -%}
    {%- set what -%} reject {{ faulty }} rows of mappings {%- endset -%}
    {%- do done.append(what) -%}
    {%- if execute -%}
        {%- for statement in [
            company_enrichment.reject_faulty_rows(changes, is_faulty),
            company_enrichment.let_losers_count(changes),
            company_enrichment.touch_what_counts_again(changes),
        ] -%}
            {%- do run_query(statement) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endif -%}
{%- if unclean > 0 -%}
    {%- set what -%} clean the company ids of {{ unclean }} rows of mappings {%- endset -%}
    {%- do done.append(what) -%}
    {%- if execute -%}
        {%- do run_query(company_enrichment.clean_mapping_rows(changes, is_unclean)) -%}
    {%- endif -%}
{%- endif -%}
{{- return(done) -}}
{% endmacro %}
