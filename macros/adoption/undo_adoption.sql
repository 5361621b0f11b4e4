{% macro undo_adoption(schema, plan_only=false) %}
{#-
  The way back from adopt, inside the transaction that is open: the predecessor's tables get their names again, and its
  counter is put behind every id that was issued since. Where ours are in the same schema, all of them are moved to a
  schema of their own, with what was added since; otherwise they stay as they are.

  Arguments
    schema     the schema of the predecessor's tables
    plan_only  only read and say
-#}
{%- set tables = company_enrichment.predecessor_tables(schema, renamed=true) -%}
{%- if not tables or company_enrichment.deployed_schema() is none -%}
    {%- call company_enrichment.refuse('adopt') -%}
        there is nothing to undo,
        {% if tables %}nothing is deployed to schema {{ target.schema }}
        {%- else %}schema {{ schema }} holds no table that adopt has renamed{% endif %}.
    {%- endcall -%}
{%- endif -%}
{%- if not plan_only -%}
    {#- Nobody issues an id between the number that is read here and the move. -#}
    {%- call company_enrichment.run_sql() -%}
lock table {{ target.schema }}.temp_id_sequence in access exclusive mode
    {%- endcall -%}
{%- endif -%}
{%- set counter -%}
select coalesce(max(last_number), 0) from {{ target.schema }}.temp_id_sequence
{%- endset -%}
{%- set counter = company_enrichment.value_of(counter) -%}
{%- set highest = [counter, company_enrichment.highest_published_temp_number()] | max -%}
{%- set steps = [] -%}
{#- A counter that was migrated in place, before the adoption, is both ours and theirs. -#}
{%- set is_common = 'temp_id_sequence' not in tables and schema == target.schema -%}
{%- if 'temp_id_sequence' in tables or is_common -%}
    {%- set its_counter -%}
{{ company_enrichment.quoted_name(schema) }}.
{{- 'temp_id_sequence' if is_common else company_enrichment.name_before_adoption('temp_id_sequence') }}
    {%- endset -%}
    {%- do steps.extend(company_enrichment.counter_lifts(its_counter, highest)) -%}
{%- endif -%}
{%- if schema == target.schema -%}
    {%- do steps.extend(company_enrichment.archive_steps(schema ~ '_after_adoption', ['temp_id_sequence'] if is_common else [])) -%}
{%- else -%}
    {%- do company_enrichment.refuse_taken_names(schema, tables) -%}
{%- endif -%}
{%- do steps.extend(company_enrichment.adoption_renames(schema, tables, back=true)) -%}
{%- if not plan_only -%}
    {%- do company_enrichment.record_migration(steps | map(attribute='what') | list) -%}
{%- endif -%}
{%- for step in steps -%}
    {%- call company_enrichment.say('adopt') -%} {{ 'would' if plan_only }} {{ step.what }} {%- endcall -%}
    {%- if not plan_only -%}
        {%- do run_query(step.sql) -%}
    {%- endif -%}
{%- endfor -%}
{% endmacro %}
