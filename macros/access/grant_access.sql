{% macro grant_access(transformer, writer, reader) %}
{#-
  dbt run-operation grant_access --args '{transformer: …, writer: …, reader: …}', run by the owner of the
  operational tables, who must be a member of the transformer role (its models are granted by default
  privileges). Repeatable.

  Arguments
    transformer  runs dbt: reads the operational tables, owns the models, gets ids and enqueues through functions
    writer       ingestion jobs, resolver and worker: writes the landed tables, the queue and the answers
    reader       reads everything, writes nothing

  Nobody is granted a write on temp_id_sequence and temp_company_ids: assign_temp_ids() writes them as the owner.
-#}
{%- set schema = adapter.quote(target.schema) -%}
{%- for role_name in [transformer, writer, reader] -%}
    {%- if role_name is not string or not modules.re.fullmatch('[A-Za-z_][A-Za-z0-9_$-]*', role_name) -%}
        {{ exceptions.raise_compiler_error("In grant_access: " ~ (role_name | tojson) ~ " is not the name of a role.") }}
    {%- endif -%}
{%- endfor -%}
{%- set transformer, writer, reader = adapter.quote(transformer), adapter.quote(writer), adapter.quote(reader) -%}
{%- set everybody = [transformer, writer, reader] | join(', ') -%}
{%- set functions = [
    'assign_temp_ids(text[])', 'plan_temp_ids(text[])', 'next_temp_id()', 'enqueue_names(text[])', 'plan_enqueue_names(text[])', 'resolve_company(text, text, text, text)',
    'resolve_companies(text[], text[], text[], text[])', 'explain_resolution(text, text, text, text)',
    'plan_mapping_load(text, text, text, text, integer[], text[], text[], text[], text[])'
] -%}
{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- for statement in [
        'grant usage on schema ' ~ schema ~ ' to ' ~ everybody,
        'grant create on schema ' ~ schema ~ ' to ' ~ transformer,
        'grant select on all tables in schema ' ~ schema ~ ' to ' ~ everybody,
        'alter default privileges in schema ' ~ schema ~ ' grant select on tables to ' ~ everybody,
        'alter default privileges for role ' ~ transformer ~ ' in schema ' ~ schema ~ ' grant select on tables to ' ~ writer ~ ', ' ~ reader,
        'grant insert on ' ~ schema ~ '.mapping_records, ' ~ schema ~ '.landed_loads to ' ~ transformer ~ ', ' ~ writer,
        'grant insert, update on ' ~ schema ~ '.enrichment_runs, ' ~ schema ~ '.company_id_corrections, '
            ~ schema ~ '.corrected_aliases, '
            ~ schema ~ '.model_watermarks to ' ~ transformer,
        'grant insert, update, delete on ' ~ schema ~ '.resolution_totals to ' ~ transformer,
        'grant insert, update on ' ~ schema ~ '.customer_records, ' ~ schema ~ '.lookup_requests, '
            ~ schema ~ '.provider_state to ' ~ writer,
        'grant delete on ' ~ schema ~ '.lookup_requests to ' ~ writer,
        'grant insert, update on ' ~ schema ~ '.ingest_files to ' ~ writer,
        'grant insert, delete on ' ~ schema ~ '.ingest_rejects, ' ~ schema ~ '.ingest_period_records to ' ~ writer,
        'grant insert on ' ~ schema ~ '.lookup_answers to ' ~ writer,
    ] -%}
        {%- do run_query(statement) -%}
    {%- endfor -%}
    {%- for function in functions -%}
        {%- do run_query('grant execute on function ' ~ schema ~ '.' ~ function ~ ' to ' ~ transformer ~ ', ' ~ writer) -%}
    {%- endfor -%}
    {%- for function in ['lift_temp_id_sequence(integer)', 'reenter_temp_ids(boolean)', 'reenter_read_rows()'] -%}
        {%- do run_query('grant execute on function ' ~ schema ~ '.' ~ function ~ ' to ' ~ transformer) -%}
    {%- endfor -%}
    {%- for function in [
        'resolve_company(text, text, text, text)', 'resolve_companies(text[], text[], text[], text[])',
        'explain_resolution(text, text, text, text)'
    ] -%}
        {%- do run_query('grant execute on function ' ~ schema ~ '.' ~ function ~ ' to ' ~ reader) -%}
    {%- endfor -%}
{%- endcall -%}
{%- do log("grant_access: granted to " ~ everybody ~ " on schema " ~ target.schema, info=true) -%}
{% endmacro %}
