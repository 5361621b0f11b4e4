{% macro rekey_company_names(execute=false) %}
{#-
  dbt run-operation rekey_company_names: puts changed rules of names and codes in force and makes every stored key anew, from
  the text that is stored beside it, in one transaction while writers wait. Also after a change of the database's idea of
  letters, when the rules are the same and their keys are not. A second time it finds nothing to do.

  What becomes of keys that meet:
    two names with a temporary id each: the older id stays, the younger is redirected to it, in ledger and crosswalk
    aliases of different companies: the one that a correction holds wins, else the one decided first; others are conflicts
    open requests of the queue: the oldest stays, the others end as done

  What a registry has said of another key says nothing of the new one: answers without a company end where the key changes,
  and the unknown names of those keys are asked for at once.

  A name that is none any more loses its key: its temporary id stands for nobody, its alias is rejected, its request fails.

  Argument
    execute  without it, what would be done is said and nothing is changed
-#}
{%- do company_enrichment.begin_operation('rekey_company_names', {'execute': [execute, {'is': 'boolean'}]}) -%}
{%- do company_enrichment.refuse_unsuitable_database() -%}
{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- do company_enrichment.refuse_old_models() -%}
    {%- if execute -%}
        {%- do company_enrichment.refuse_run_at_work('rekey_company_names') -%}
        {%- do company_enrichment.hold_models([
            'customer_record_keys', 'mapping_changes', 'company_mapping', 'company_mapping_history', 'company_lookup_cache',
            'company_resolution', 'company_resolution_changes', 'company_id_crosswalk']) -%}
        {#- In the order in which allocations and lookups take them. The ledger is closed to readers, too: an allocation looks
            a name up by one set of rules and must not go on by another. -#}
        {%- call company_enrichment.run_sql() -%}
lock table {{ target.schema }}.temp_company_ids in access exclusive mode
        {%- endcall -%}
        {%- for table in ['temp_id_sequence', 'lookup_requests', 'lookup_answers', 'corrected_aliases'] -%}
            {%- call company_enrichment.run_sql() -%}
lock table {{ target.schema }}.{{ table }} in share row exclusive mode
            {%- endcall -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set deployed = company_enrichment.deployed_schema() -%}
    {%- set plan = company_enrichment.deployment_plan(deployed, remakes_keys=true) -%}
    {#- The new functions, where this session alone sees them: plan and deed count alike. -#}
    {%- for ddl in company_enrichment.name_key_functions('pg_temp').values() -%}
        {%- do run_query(ddl) -%}
    {%- endfor -%}
    {%- do run_query(company_enrichment.company_name_key_version(plan.name_key_hash, 'pg_temp')) -%}
    {%- do run_query(company_enrichment.mapping_alias_name('pg_temp')) -%}
    {%- do company_enrichment.prepare_rekeying() -%}
    {%- set keys = company_enrichment.report_key_changes(execute) -%}
    {%- if keys == 0 and plan.is_done -%}
        {%- call company_enrichment.say('rekey_company_names') -%}
            every stored key is of the rules in force, nothing to do
        {%- endcall -%}
    {%- elif execute -%}
        {%- do company_enrichment.deploy_objects(deployed, plan) -%}
        {%- do company_enrichment.rekey_temporary_ids() -%}
        {%- do company_enrichment.rekey_requests() -%}
        {%- do company_enrichment.rekey_corrected_aliases() -%}
        {%- do company_enrichment.rekey_mappings() -%}
        {%- do company_enrichment.rekey_rows() -%}
        {%- do company_enrichment.resolve_rekeyed_records() -%}
        {%- do company_enrichment.ask_for_rekeyed_names() -%}
        {%- call company_enrichment.say('rekey_company_names') -%} done {%- endcall -%}
    {%- else -%}
        {%- call company_enrichment.say('rekey_company_names') -%} nothing was changed; add execute: true {%- endcall -%}
    {%- endif -%}
    {%- if execute -%}
        {#- Of the session, not of the transaction: behind a pooler somebody else is given it next. -#}
        {%- set names = company_enrichment.name_key_functions('pg_temp').keys() | list
            + ['company_name_key_version', 'mapping_alias_name'] -%}
        {%- call company_enrichment.run_sql() -%}
drop function pg_temp.{{ names | join(', pg_temp.') }}
        {%- endcall -%}
    {%- else -%}
        {%- do run_query("rollback") -%}
        {%- do run_query(company_enrichment.begin_read_committed()) -%}
    {%- endif -%}
{%- endcall -%}
{% endmacro %}
