{% macro migrate_temp_id_sequence(plan_only=none, at_least=none, reset=false, execute=none) %}
{#-
  dbt run-operation migrate_temp_id_sequence: brings temp_id_sequence to its current layout and keeps
  its counter, whatever was there before: no table, the counter in a column `id` (with or without
  updated_at), `id` beside last_number, a serial or identity column, a primary key, missing defaults, no row,
  several rows, a native sequence. The highest number found counts; one below an id that is in use is
  lifted. What else depends on the table is kept, or named in a refusal before anything is changed.
  One transaction, recorded in schema_migrations; a second run finds nothing to do.

  Arguments
    plan_only  say what would be done and change nothing. Not the default: the counter is kept, and a second run finds
               nothing to do
    at_least   lift the counter to this number, when it is lower
    reset      start at 0; refused when any id was ever issued
    execute    false is plan_only: true in the words of other operations
-#}
{%- do company_enrichment.begin_operation('migrate_temp_id_sequence', {
    'plan_only': [plan_only, {'is': 'boolean', 'or_null': true}],
    'at_least': [at_least, {'is': 'integer', 'from': 0, 'to': company_enrichment.highest_temp_number(), 'or_null': true}],
    'reset': [reset, {'is': 'boolean'}],
    'execute': [execute, {'is': 'boolean', 'or_null': true}],
}) -%}
{%- set is_executed = company_enrichment.is_executed('migrate_temp_id_sequence', execute, plan_only, by_default=true) -%}
{%- if at_least is not none and reset -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%} reset and at_least contradict each other. {%- endcall -%}
{%- endif -%}
{%- set table = company_enrichment.qualified('temp_id_sequence') -%}
{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- if not is_executed -%}
        {#- The database itself keeps a plan from writing. -#}
        {%- do run_query("set transaction read only") -%}
    {%- endif -%}
    {%- set highest = company_enrichment.highest_published_temp_number(at_least or 0) -%}
    {%- if reset and highest > 0 -%}
        {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
            ids up to number {{ highest }} were issued, so the counter cannot be reset: they would be issued again.
        {%- endcall -%}
    {%- endif -%}
    {%- set wanted = [highest, at_least or 0] | max -%}
    {%- if not is_executed -%}
        {%- set steps = company_enrichment.temp_id_sequence_steps(table, wanted, reset) | map(attribute='what') | list -%}
        {%- for what in steps -%}
            {%- call company_enrichment.say('temp_id_sequence') -%} would {{ what }} {%- endcall -%}
        {%- endfor -%}
    {%- else -%}
        {%- set steps = company_enrichment.bring_temp_id_sequence(table, wanted, reset) -%}
        {%- if steps -%}
            {%- do company_enrichment.record_migration(steps) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if not steps -%}
        {%- call company_enrichment.say('migrate_temp_id_sequence') -%}
            {{ table }} has the current layout, nothing to do
        {%- endcall -%}
    {%- endif -%}
{%- endcall -%}
{% endmacro %}
