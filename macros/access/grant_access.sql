{% macro grant_access(transformer=none, writer=none, reader=none, execute=false) %}
{#-
  dbt run-operation grant_access --args '{transformer: …, writer: …, reader: …}', run by the owner of the
  operational tables, who must be a member of the transformer role. Any of the roles, at least one; repeatable, also with
  further roles of a kind. Models that another role has built become the transformer's, which takes them from that role.

  Arguments
    transformer  runs dbt: reads the operational tables, owns the models, gets ids and enqueues through functions
    writer       ingestion jobs, resolver and worker: writes the landed tables, the queue and the answers
    reader       reads everything, writes nothing
    execute      also where models change their owner. Without it, these are named and nothing is done

  Nobody is granted a write on temp_id_sequence and temp_company_ids: assign_temp_ids() writes them as the owner.
-#}
{%- set role = {'is': 'text', 'or_null': true, 'matches': '[A-Za-z_][A-Za-z0-9_$-]{0,62}', 'says': 'the name of a role'} -%}
{%- do company_enrichment.begin_operation('grant_access', {
    'transformer': [transformer, role], 'writer': [writer, role], 'reader': [reader, role],
    'execute': [execute, {'is': 'boolean'}],
}) -%}
{%- set roles = {} -%}
{%- for kind, role_name in {'transformer': transformer, 'writer': writer, 'reader': reader}.items() if role_name is not none -%}
    {%- set known -%}
    select 1 from pg_roles where rolname = {{ company_enrichment.quoted(role_name) }}
    {%- endset -%}
    {%- if not company_enrichment.value_of(known) -%}
        {%- call company_enrichment.refuse('grant_access') -%}
            there is no role {{ role_name }} for {{ kind }}. Create it first: create role {{ role_name }} login
        {%- endcall -%}
    {%- endif -%}
    {%- do roles.update({kind: company_enrichment.quoted_name(role_name)}) -%}
{%- endfor -%}
{%- if not roles -%}
    {%- call company_enrichment.refuse('grant_access') -%}
        name at least one role, of transformer, writer and reader, as in --args '{reader: analyst}'.
    {%- endcall -%}
{%- endif -%}
{%- if not company_enrichment.deployed_schema() -%}
    {%- call company_enrichment.refuse('grant_access') -%}
        nothing is deployed to schema {{ target.schema }}. Deploy first: dbt run-operation migrate
    {%- endcall -%}
{%- endif -%}
{%- set of_others = company_enrichment.models_of_others(transformer) if 'transformer' in roles else [] -%}
{%- if of_others and not execute -%}
    {%- call company_enrichment.say('grant_access') -%}
        {{ transformer }} would own {{ of_others | length }} models and seeds that others own now:
        {{ of_others | map(attribute='name') | join(', ') }}. Nothing was changed; add execute: true
    {%- endcall -%}
    {{- return('') -}}
{%- endif -%}
{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- do run_query(company_enrichment._grants_to_all(roles)) -%}
    {%- do run_query(company_enrichment._grants_by_kind(roles)) -%}
    {%- for model in of_others -%}
        {%- call company_enrichment.run_sql() -%}
        alter {{ model.kind }} {{ company_enrichment.quoted_name(target.schema) }}.{{ company_enrichment.quoted_name(model.name) }}
        owner to {{ roles.transformer }}
        {%- endcall -%}
    {%- endfor -%}
{%- endcall -%}
{%- if of_others -%}
    {%- call company_enrichment.say('grant_access') -%}
        {{ transformer }} owns {{ of_others | length }} models and seeds now: {{ of_others | map(attribute='name') | join(', ') }}
    {%- endcall -%}
{%- endif -%}
{%- call company_enrichment.say('grant_access') -%}
    granted to {{ roles.values() | join(', ') }} on schema {{ target.schema }}
{%- endcall -%}
{% endmacro %}


{% macro _grants_to_all(roles) %}
{#- What every role is granted, as statements: to read, also what whoever owns something in the schema will make there. -#}
{%- set schema = company_enrichment.quoted_name(target.schema) -%}
{%- set everybody = roles.values() | join(', ') -%}
{%- set makers = [roles.transformer] if 'transformer' in roles else [] -%}
{%- set sql -%}
    select distinct pg_get_userbyid(pg_class.relowner)
    from pg_class
    where
        pg_class.relnamespace = {{ company_enrichment.quoted(target.schema) }}::regnamespace
        and pg_has_role(pg_class.relowner, 'usage')
{%- endset -%}
{%- for row in run_query(sql).rows if company_enrichment.quoted_name(row[0]) not in makers -%}
    {%- do makers.append(company_enrichment.quoted_name(row[0])) -%}
{%- endfor -%}
grant usage on schema {{ schema }} to {{ everybody }};
grant select on all tables in schema {{ schema }} to {{ everybody }};
alter default privileges in schema {{ schema }} grant select on tables to {{ everybody }};
{%- for maker in makers %}
alter default privileges for role {{ maker }} in schema {{ schema }} grant select on tables to {{ everybody }};
{%- endfor %}
{% endmacro %}


{% macro _grants_by_kind(roles) %}
{#- What each kind of role is granted beside that, as statements. -#}
{%- set schema = company_enrichment.quoted_name(target.schema) -%}
{%- set resolving = [
    'resolve_company(text, text, text, text)', 'resolve_companies(text[], text[], text[], text[])',
    'explain_resolution(text, text, text, text)'
] -%}
{%- set issuing = [
    'assign_temp_ids(text[])', 'plan_temp_ids(text[])', 'next_temp_id()', 'enqueue_names(text[])', 'plan_enqueue_names(text[])',
    'plan_mapping_load(text, text, text, text, integer[], text[], text[], text[], text[])'
] -%}
{%- set rights = {
    'transformer': {
        'insert': ['mapping_records', 'landed_loads'],
        'insert, update': [
            'enrichment_locks', 'enrichment_runs', 'company_id_corrections', 'corrected_aliases', 'model_watermarks'
        ],
        'insert, update, delete': ['resolution_totals'],
        'execute': resolving + issuing + [
            'lift_temp_id_sequence(integer)', 'reenter_temp_ids(boolean)', 'reenter_read_rows()'
        ],
    },
    'writer': {
        'insert': ['mapping_records', 'landed_loads', 'lookup_answers', 'ingest_record_keys'],
        'insert, update': ['enrichment_locks', 'customer_records', 'lookup_requests', 'provider_state', 'ingest_files'],
        'insert, delete': ['ingest_rejects', 'ingest_period_records'],
        'delete': ['lookup_requests'],
        'execute': resolving + issuing + ['ask_again(text[])', 'plan_ask_again(text[])'],
    },
    'reader': {'execute': resolving},
} -%}
{%- for kind, role in roles.items() %}
{%- for privilege, objects in rights[kind].items() %}
{%- for object in objects %}
grant {{ privilege }} on {{ 'function ' if privilege == 'execute' }}{{ schema }}.{{ object }} to {{ role }};
{%- endfor %}
{%- endfor %}
{%- endfor %}
{%- if 'transformer' in roles %}
grant create on schema {{ schema }} to {{ roles.transformer }};
{%- endif %}
{% endmacro %}
