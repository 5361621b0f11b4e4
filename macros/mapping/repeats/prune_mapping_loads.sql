{% macro prune_mapping_loads(older_than_days=0, execute=false) %}
{#-
  dbt run-operation prune_mapping_loads --args '{execute: true}': removes the rows of loads that only said once more what their
  source had said, from mapping_records and mapping_changes, load by load, each in one transaction. Which line they repeated
  stays in mapping_repeats: undos, conflicts, histories and statistics are what they would be with the rows. A load keeps at
  least one row, and every row that did something.

  Arguments
    older_than_days  loads that were landed in the last so many days stay
    execute          without it, how many rows would be removed is said and nothing is changed
-#}
{%- do company_enrichment.begin_operation('prune_mapping_loads', {
    'older_than_days': [older_than_days, {'is': 'integer', 'from': 0, 'to': 36500, 'says': 'a number of days from 0 to 36500'}],
    'execute': [execute, {'is': 'boolean'}],
}) -%}
{%- do company_enrichment.refuse_old_models() -%}
{%- set loads -%}
select counted.load_id, found.lines
from ({{ company_enrichment._counted_loads(older_than_days) }}) as counted
cross join lateral (
    select count(*) as lines
    from ({{ company_enrichment.prunable_rows('counted.load_id') }}) as prunable
) as found
where found.lines > 0
order by counted.landed_at, counted.load_id
{%- endset -%}
{%- set found = run_query(loads).rows -%}
{%- set removed = [] -%}
{%- for load in found if execute -%}
    {#- The lock of the model: nothing is decided meanwhile, and another pruning waits and finds nothing left. -#}
    {%- call company_enrichment.in_transaction('mapping_changes') -%}
        {%- set prune -%} select {{ target.schema }}.prune_mapping_load({{ company_enrichment.quoted(load[0]) }}) {%- endset -%}
        {%- do removed.append(company_enrichment.value_of(prune) | int) -%}
    {%- endcall -%}
{%- endfor -%}
{%- set rows = removed | sum if execute else found | sum(attribute=1) -%}
{%- call company_enrichment.say('prune_mapping_loads') -%}
    {{ 'removed' if execute else 'would remove' }} {{ rows }} rows of {{ found | length }} loads
    {{- '' if execute else '; add execute: true' }}
{%- endcall -%}
{% endmacro %}

{% macro _counted_loads(older_than_days) %}
{#- The loads whose rows were all decided and counted, as a query: load_id and landed_at. -#}
select landed.load_id, landed.landed_at
from {{ target.schema }}.landed_loads as landed
inner join {{ target.schema }}.mapping_loads as counted on landed.load_id = counted.load_id
cross join lateral (
    select count(*) as lines
    from {{ target.schema }}.mapping_changes as change
    where change.load_id = landed.load_id and change.line_no > 0
) as decided
cross join lateral (
    {{ company_enrichment.count_of_repeats('landed.load_id') }}
) as pruned
where
    landed.mode <> 'undo'
    and landed.landed_at <= now() - interval '{{ older_than_days }} days'
    and counted.rows_read = decided.lines + pruned.lines
{%- endmacro %}
