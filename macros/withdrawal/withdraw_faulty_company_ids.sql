{% macro withdraw_faulty_company_ids(execute=false) %}
{#-
  dbt run-operation withdraw_faulty_company_ids: finds what got in as a company id before company_id_fault() kept every door,
  and takes it out, in one transaction: rows of mappings become rejected ones, answers unusable, and corrections from or to
  such an id are undone. An id that has but blanks, another width or invisible characters gets its one form. A counter of temporary ids that
  such an id has lifted is lowered again, where that is safe. The next `dbt run` gives the records what stands for them then.
  A second call finds nothing to do.

  Run it as the owner of the tables.

  Argument
    execute  without it, what would be done is said and nothing is changed
-#}
{%- do company_enrichment.begin_operation('withdraw_faulty_company_ids', {'execute': [execute, {'is': 'boolean'}]}) -%}
{%- set would = "" if execute else "would " -%}
{%- call company_enrichment.in_transaction('deploy_schema', takes_lock=execute) -%}
    {%- do company_enrichment.refuse_old_models() -%}
    {%- if execute -%}
        {%- do company_enrichment.refuse_run_at_work('withdraw_faulty_company_ids') -%}
        {%- do company_enrichment.hold_models([
            'mapping_changes', 'company_mapping', 'company_mapping_history', 'company_lookup_cache', 'company_resolution',
            'company_resolution_changes', 'company_id_crosswalk']) -%}
    {%- else -%}
        {%- do run_query("set transaction read only") -%}
    {%- endif -%}
    {%- set done = [] -%}
    {%- for fault in run_query(company_enrichment.faulty_company_ids()).rows -%}
        {%- do log(
            "withdraw_faulty_company_ids: " ~ (fault[1] | tojson) ~ " " ~ (fault[2] or "is to be stored as " ~ fault[3]) ~ ": "
            ~ fault[4] ~ " " ~ fault[0], info=true) -%}
    {%- endfor -%}
    {#- Before what they rest on is taken out: what a counter was lifted by is still to be seen. -#}
    {%- set lowering = company_enrichment.counter_lowering() -%}
    {%- do done.extend(company_enrichment.withdraw_corrections(execute)) -%}
    {%- do done.extend(company_enrichment.withdraw_answers(execute)) -%}
    {%- do done.extend(company_enrichment.withdraw_mappings(execute)) -%}
    {%- if lowering.says -%}
        {%- do log("withdraw_faulty_company_ids: " ~ lowering.says, info=true) -%}
    {%- endif -%}
    {%- if lowering.to is not none -%}
        {%- do done.append("lower the counter of temporary ids from " ~ lowering.from ~ " to " ~ lowering.to) -%}
        {%- if execute -%}
            {%- do run_query(
                "update " ~ target.schema ~ ".temp_id_sequence set last_number = " ~ lowering.to ~ ", updated_at = now()") -%}
        {%- endif -%}
    {%- endif -%}
    {%- for what in done -%}
        {%- do log("withdraw_faulty_company_ids: " ~ would ~ what, info=true) -%}
    {%- endfor -%}
    {%- if execute and done -%}
        {%- do company_enrichment.record_migration(done) -%}
    {%- endif -%}
    {%- if not done -%}
        {%- do log("withdraw_faulty_company_ids: nothing to do", info=true) -%}
    {%- elif execute -%}
        {%- do log("withdraw_faulty_company_ids: done. Now: dbt run", info=true) -%}
    {%- else -%}
        {%- do log("withdraw_faulty_company_ids: nothing was changed; add execute: true", info=true) -%}
    {%- endif -%}
{%- endcall -%}
{% endmacro %}
