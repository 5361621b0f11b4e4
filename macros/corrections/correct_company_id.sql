{% macro correct_company_id(from=none, to=none, kind=none, reason=none, aliases=none, allow_unknown=false, execute=false) %}
{#-
  dbt run-operation correct_company_id: a company id was found to be wrong, to be a second id of another company, or to
  stand for several companies. One recorded decision; loads and answers that repeat the error afterwards are conflicts.

    merged     both ids are one company's: whoever says `from` means `to`, today and later
    corrected  `from` was the wrong id of what carries it now: that moves to `to`, and `from` is given to nobody again

  Moves the aliases, the cached answers and the records in one transaction, and closes and opens the rows of the
  crosswalk. The same decision the other way round (`from` and `to` exchanged) undoes it.

  Arguments
    from     the company id that is wrong
    to       the one that takes its place
    kind     merged or corrected
    reason   why, for those who ask later
    aliases  only these, each as {match_type: …, alias: …}: one company was taken for two, and they are the other's. Match
             type lookup stands for a name that a registry has answered. The rest of `from` stays as it is
    allow_unknown  also ids that no mapping, answer, record, registry row or correction carries, as `to` may be one that a
             registry has only just given; without it they are taken for typing errors
    execute  without it, what would be done is said and nothing is changed
-#}
{%- set decision = company_enrichment.checked_correction(from, to, kind, reason, aliases, allow_unknown, execute) -%}
{%- call company_enrichment.in_transaction('deploy_schema', takes_lock=execute) -%}
    {%- do company_enrichment.refuse_old_models() -%}
    {%- if execute -%}
        {%- do company_enrichment.refuse_run_at_work('correct_company_id') -%}
        {%- do company_enrichment.hold_models([
            'mapping_changes', 'company_mapping', 'company_mapping_history', 'company_lookup_cache', 'company_resolution',
            'company_resolution_changes', 'company_id_crosswalk']) -%}
    {%- else -%}
        {%- do run_query("set transaction read only") -%}
    {%- endif -%}
    {%- set undone = company_enrichment.correction_to_undo(decision) -%}
    {%- if not undone -%}
        {%- do company_enrichment.refuse_correction(decision) -%}
        {%- if not allow_unknown -%}
            {%- do company_enrichment.refuse_unknown_ids(decision) -%}
        {%- endif -%}
    {%- endif -%}
    {%- set covered = company_enrichment.covered_aliases(decision, undone) -%}
    {%- set moved -%}
select
    count(*) filter (where covered.match_type <> 'lookup'),
    count(*) filter (where covered.match_type = 'lookup'),
    (
        select count(*) from {{ target.schema }}.company_resolution as resolution
        where {{ company_enrichment.moved_records('resolution', decision, undone) }}
    )
from ({{ covered }}) as covered
    {%- endset -%}
    {%- set aliases_moved, names_moved, records_moved = run_query(moved).rows[0] -%}
    {%- call company_enrichment.say('correct_company_id') -%}
        {{ '' if execute else 'would' }}
        {{ ['undo correction ', undone, ':'] | join if undone else 'merge' if kind == 'merged' else 'correct' }}
        {{ decision.from }} to {{ decision.to }}: {{ aliases_moved }} aliases, {{ names_moved }} answered names,
        {{ records_moved }} records
    {%- endcall -%}
    {%- if execute -%}
        {%- set correction_id = company_enrichment.record_correction(decision, undone, covered) -%}
        {%- do company_enrichment.apply_correction(decision, undone, correction_id) -%}
        {%- call company_enrichment.say('correct_company_id') -%} recorded as correction {{ correction_id }} {%- endcall -%}
    {%- else -%}
        {%- call company_enrichment.say('correct_company_id') -%} nothing was changed; add execute: true {%- endcall -%}
    {%- endif -%}
{%- endcall -%}
{% endmacro %}
