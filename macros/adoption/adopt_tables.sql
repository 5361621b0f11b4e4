{% macro adopt_tables(schema, plan_only=false) %}
{#-
  What adopt does, inside the transaction that is open; says what it did, with counts that add up.

  Arguments
    schema     the schema of the predecessor's tables
    plan_only  only read and say
-#}
{%- set tables = company_enrichment.predecessor_tables(schema) -%}
{%- if not tables -%}
    {%- if not company_enrichment.predecessor_tables(schema, renamed=true) -%}
        {%- call company_enrichment.refuse('adopt') -%}
            schema {{ schema }} holds none of the predecessor's tables company_mapping, lookup_requests and temp_id_sequence.
        {%- endcall -%}
    {%- endif -%}
    {%- call company_enrichment.say('adopt') -%} schema {{ schema }} was taken over before, nothing to do {%- endcall -%}
    {{- return('') -}}
{%- endif -%}
{%- do company_enrichment.refuse_missing_columns(schema, tables) -%}
{%- set done = [] -%}
{%- set published = company_enrichment.published_temp_ids() -%}
{%- set their_schema = company_enrichment.quoted_name(schema) -%}
{%- set their_counter -%} {{ their_schema }}.temp_id_sequence {%- endset -%}
{%- do company_enrichment.refuse_impossible_temp_ids(
    published, their_counter if 'temp_id_sequence' in tables else none) -%}
{%- set old = {} -%}
{%- for table in tables -%}
    {%- set new_name = company_enrichment.name_before_adoption(table) -%}
    {%- do company_enrichment.refuse_taken_names(schema, [new_name]) -%}
    {%- do old.update({table: [their_schema, table if plan_only else new_name] | join('.')}) -%}
{%- endfor -%}
{#- Renaming locks: what a job of the predecessor is still writing is waited for, and what it would write later fails. -#}
{%- for step in company_enrichment.adoption_renames(schema, tables) -%}
    {%- do done.append(step.what) -%}
    {%- if not plan_only -%}
        {%- do run_query(step.sql) -%}
    {%- endif -%}
{%- endfor -%}
{%- if not plan_only -%}
    {%- set deployed = company_enrichment.deployed_schema() -%}
    {%- set plan = company_enrichment.deployment_plan(deployed) -%}
    {%- if not plan.is_done -%}
        {%- do company_enrichment.deploy_objects(deployed, plan) -%}
    {%- endif -%}
    {#- Nobody asks for a lookup or a temporary id between what is read here and what is written. -#}
    {%- call company_enrichment.run_sql() -%}
lock table {{ target.schema }}.lookup_requests in share row exclusive mode
    {%- endcall -%}
    {%- do company_enrichment.lift_counter(0) -%}
    {%- call company_enrichment.run_sql() -%} select 1 from {{ target.schema }}.temp_id_sequence for update {%- endcall -%}
{%- endif -%}
{%- if 'company_mapping' in old -%}
    {%- do done.append(company_enrichment.adopt_mappings(schema, old.company_mapping, plan_only)) -%}
{%- endif -%}
{%- if 'lookup_requests' in old -%}
    {%- do done.append(company_enrichment.adopt_requests(old.lookup_requests, plan_only)) -%}
{%- endif -%}
{%- if published -%}
    {%- do done.append(company_enrichment.adopt_published_temp_ids(published, plan_only)) -%}
{%- endif -%}
{%- if 'temp_id_sequence' in old -%}
    {%- do done.append(company_enrichment.adopt_counter(old.temp_id_sequence, plan_only)) -%}
{%- endif -%}
{%- if not plan_only -%}
    {#- The counter alone does not say what was issued: some versions of the predecessor began at 1 in each run. -#}
    {%- do company_enrichment.lift_counter(company_enrichment.highest_published_temp_number()) -%}
    {%- do company_enrichment.record_migration(done) -%}
{%- endif -%}
{%- for what in done -%}
    {%- call company_enrichment.say('adopt') -%} {{ 'would' if plan_only }} {{ what }} {%- endcall -%}
{%- endfor -%}
{% endmacro %}
