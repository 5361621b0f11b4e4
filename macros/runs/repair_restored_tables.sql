{% macro repair_restored_tables() %}
{#-
  Before the models of a run: says which tables were restored or replaced by themselves since the last one, which makes the
  models that read them compare everything (watermark()), and repairs what such a restore has taken away from others:
  primary keys of models, temporary ids that the ledger has forgotten (reenter_temp_ids()), answers and loads that models
  have read (reenter_read_rows()).
-#}
{%- do company_enrichment.make_model_keys() -%}
{%- set replaced = company_enrichment.replaced_relations() -%}
{%- set schema = target.schema -%}
{%- if replaced -%}
    {%- call company_enrichment.warn() -%}
        These tables are not the ones that the last run has read: {{ replaced | join(', ') }}. They were restored from a dump,
        emptied or rewritten; what is made from them is compared in full.
    {%- endcall -%}
{%- endif -%}
{%- if 'lookup_answers' in replaced or 'landed_loads' in replaced -%}
    {%- set read_rows -%}
select table_name, entered from {{ schema }}.reenter_read_rows()
    {%- endset -%}
    {%- for table_name, entered in run_query(read_rows).rows -%}
        {%- call company_enrichment.warn() -%}
            {{ table_name }} was restored from an older dump: {{ entered }} rows that models had read were entered again.
        {%- endcall -%}
    {%- endfor -%}
{%- endif -%}
{%- set is_behind -%}
select
    (select max(highest_issued) from {{ schema }}.temp_id_high_water)
    > (select coalesce(max(temp_number), 0) from {{ schema }}.temp_company_ids)
{%- endset -%}
{%- set entered_again -%}
select outcome, count(*), string_agg(temp_id || ' (' || array_to_string(names, ', ') || ')', '; ' order by temp_id)
from {{ schema }}.reenter_temp_ids(true)
group by outcome
order by outcome
{%- endset -%}
{%- set looks_at_ids = (
    'temp_company_ids' in replaced or 'company_resolution' in replaced or company_enrichment.checked_var('compare_everything')
    or company_enrichment.value_of(is_behind)
) -%}
{%- for outcome, ids, listed in (run_query(entered_again).rows if looks_at_ids else []) -%}
    {%- if outcome in ['entered', 'redirected'] -%}
        {%- call company_enrichment.warn() -%}
            The ledger of temporary ids was restored from an older dump: {{ ids }} ids that are in use were entered again
            {% if outcome == 'redirected' -%}
            under names that had got another id meanwhile, which leads to the older one now: {{ listed }}.
            {%- else -%}
            under their names.
            {%- endif %}
        {%- endcall -%}
    {%- else -%}
        {%- call company_enrichment.warn() -%}
            Temporary ids of which it is not known whose they are ({{ outcome }}), because the ledger was restored from an older
            dump: {{ listed }}. Restore a newer ledger, or look at what was published under them.
        {%- endcall -%}
    {%- endif -%}
{%- endfor -%}
{% endmacro %}
