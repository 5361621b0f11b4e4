{% macro withdraw_faulty_company_ids(execute=false) %}
{#-
  dbt run-operation withdraw_faulty_company_ids: finds what got in as a company id before company_id_fault() kept every door,
  and takes it out, in one transaction: rows of mappings become rejected ones, answers unusable, and corrections from or to
  such an id are undone. An id that has but blanks, another width or invisible characters gets its one form. A counter of
  temporary ids that such an id has lifted is lowered again, where that is safe. The next `dbt run` gives the records what
  stands for them then. A second call finds nothing to do.

  Run it as the owner of the tables.

  Argument
    execute  without it, what would be done is said and nothing is changed
-#}
{%- do company_enrichment.begin_operation('withdraw_faulty_company_ids', {'execute': [execute, {'is': 'boolean'}]}) -%}
{%- call company_enrichment.in_transaction('deploy_schema', takes_lock=execute) -%}
    {%- do company_enrichment.refuse_old_models() -%}
    {%- if execute -%}
        {%- do company_enrichment.refuse_run_at_work('withdraw_faulty_company_ids') -%}
        {%- do company_enrichment.hold_models([
            'mapping_changes', 'company_mapping', 'company_mapping_history', 'company_lookup_cache', 'company_resolution',
            'company_resolution_changes', 'company_id_crosswalk']) -%}
    {%- else -%}
        {%- call company_enrichment.run_sql() -%}
set transaction read only
        {%- endcall -%}
    {%- endif -%}
    {%- set done = [] -%}
    {%- for place, company_id, fault, clean, places in run_query(company_enrichment.faulty_company_ids()).rows -%}
        {%- call company_enrichment.say('withdraw_faulty_company_ids') -%}
            {{ company_id | tojson }} {% if fault %}{{ fault }}{% else %}is to be stored as {{ clean }}{% endif %}:
            {{ places }} {{ place }}
        {%- endcall -%}
    {%- endfor -%}
    {#- Before what they rest on is taken out: what a counter was lifted by is still to be seen. -#}
    {%- set lowering = company_enrichment.counter_lowering() -%}
    {%- do done.extend(company_enrichment.withdraw_corrections(execute)) -%}
    {%- do done.extend(company_enrichment.withdraw_answers(execute)) -%}
    {%- do done.extend(company_enrichment.withdraw_mappings(execute)) -%}
    {%- if lowering.says -%}
        {%- call company_enrichment.say('withdraw_faulty_company_ids') -%} {{ lowering.says }} {%- endcall -%}
    {%- endif -%}
    {%- if lowering.to is not none -%}
        {%- set what -%} lower the counter of temporary ids from {{ lowering.from }} to {{ lowering.to }} {%- endset -%}
        {%- do done.append(what) -%}
        {%- if execute -%}
            {%- call company_enrichment.run_sql() -%}
update {{ target.schema }}.temp_id_sequence
set last_number = {{ lowering.to }}, updated_at = now()
            {%- endcall -%}
        {%- endif -%}
    {%- endif -%}
    {%- for what in done -%}
        {%- call company_enrichment.say('withdraw_faulty_company_ids') -%}
            {{ '' if execute else 'would ' }}{{ what }}
        {%- endcall -%}
    {%- endfor -%}
    {%- if execute and done -%}
        {%- do company_enrichment.record_migration(done) -%}
    {%- endif -%}
    {%- if not done -%}
        {%- call company_enrichment.say('withdraw_faulty_company_ids') -%} nothing to do {%- endcall -%}
    {%- elif execute -%}
        {%- call company_enrichment.say('withdraw_faulty_company_ids') -%} done. Now: dbt run {%- endcall -%}
    {%- else -%}
        {%- call company_enrichment.say('withdraw_faulty_company_ids') -%} nothing was changed; add execute: true {%- endcall -%}
    {%- endif -%}
{%- endcall -%}
{% endmacro %}
