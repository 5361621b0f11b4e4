{% macro adopt(schema=none, undo=false, execute=none, plan_only=none) %}
{#-
  dbt run-operation adopt --args '{schema: old, execute: true}': takes over a deployment of the predecessor, which may be in another
  schema of the database or in the one this project is configured for. Its tables are renamed, ours are deployed, and
  mappings, queue, counter and published temporary ids are taken in, all in one transaction; the next `dbt run`
  decides the mappings. A second adoption finds nothing to do.

  Arguments
    schema     the schema of the predecessor's tables
    undo       the way back: its tables get their names again, and of two deployments in one schema ours is moved aside
    execute    without it, what would be done is said and nothing is changed
    plan_only  the older name of execute: false
-#}
{%- do company_enrichment.begin_operation('adopt', {
    'schema': [schema, {'is': 'text', 'longest': 63,
        'says': "the schema of the predecessor's tables, as in --args '{schema: old}'"}],
    'undo': [undo, {'is': 'boolean'}],
    'execute': [execute, {'is': 'boolean', 'or_null': true}],
    'plan_only': [plan_only, {'is': 'boolean', 'or_null': true}],
}) -%}
{%- set is_executed = company_enrichment.is_executed('adopt', execute, plan_only, by_default=false) -%}
{%- do company_enrichment.refuse_unsuitable_database() -%}
{%- if not company_enrichment.has_schema(schema) -%}
    {%- call company_enrichment.refuse('adopt') -%}
        there is no schema {{ company_enrichment.shown(schema) }} in database {{ target.dbname }}.
    {%- endcall -%}
{%- endif -%}
{%- do company_enrichment.refuse_unknown_schema(company_enrichment.deployed_schema()) -%}
{%- if not is_executed -%}
    {%- do run_query(company_enrichment.begin_read_committed()) -%}
    {%- if undo -%}
        {%- do run_query("set transaction read only") -%}
        {%- do company_enrichment.undo_adoption(schema, plan_only=true) -%}
    {%- else -%}
        {%- do company_enrichment.prepare_adoption_plan() -%}
        {%- do company_enrichment.adopt_tables(schema, plan_only=true) -%}
    {%- endif -%}
    {%- do run_query("rollback") -%}
    {%- if undo or company_enrichment.predecessor_tables(schema) -%}
        {%- call company_enrichment.say('adopt') -%} nothing was changed; add execute: true {%- endcall -%}
    {%- endif -%}
{%- else -%}
    {%- call company_enrichment.in_transaction('deploy_schema') -%}
        {%- if undo -%}
            {%- do company_enrichment.undo_adoption(schema) -%}
        {%- else -%}
            {%- do company_enrichment.adopt_tables(schema) -%}
        {%- endif -%}
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
