{% macro repair_undone_loads(execute=false) %}
{#-
  dbt run-operation repair_undone_loads: brings what sources say of an alias to what it would be had the undone loads never
  come, where an undo was decided by an older version. That one did not know what a complete load has said of an alias that
  was retired before it, and brought the alias back. The rows are a load of their own, repair:<invocation of dbt>; the next
  run of dbt derives aliases and records from them. Aliases for which an older version wrote the load of the undo, or whose
  open row of the history still rests on an undone load, are derived anew by that run, too. A second time it finds nothing to do.

  Argument
    execute  without it, what would change is said and nothing is changed
-#}
{%- do company_enrichment.begin_operation('repair_undone_loads', {'execute': [execute, {'is': 'boolean'}]}) -%}
{%- set schema = target.schema -%}
{%- set repair_id = company_enrichment.quoted('repair:' ~ invocation_id) -%}
{%- set changes = company_enrichment.qualified('mapping_changes') -%}
{%- set loads = company_enrichment.qualified('landed_loads') -%}
{%- set held = company_enrichment.qualified('corrected_aliases') -%}
{%- set corrections = company_enrichment.qualified('company_id_corrections') -%}
{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- do company_enrichment.refuse_old_models() -%}
    {%- if execute -%}
        {%- do company_enrichment.refuse_run_at_work('repair_undone_loads') -%}
        {%- do company_enrichment.hold_models(['mapping_changes', 'company_mapping']) -%}
    {%- endif -%}
    {%- call company_enrichment.run_sql() -%}
create temporary table missing_claims on commit drop as
{{ company_enrichment.claims_of_undone_loads(repair_id, changes, loads, held, corrections) }}
    {%- endcall -%}
    {%- set repaired -%}
(
    select match_type, alias_name, alias_text, key_version, company_id, source, load_id, line_no, outcome, rule, claim, load_number,
        claim_number, decided_at
    from {{ changes }}
    union all
    select match_type, alias_name, alias_text, key_version, company_id, source, load_id, line_no, outcome, rule, claim, load_number,
        claim_number, now()
    from missing_claims
)
    {%- endset -%}
    {%- set difference -%}
select
    format(
        '%s %s: %s to %s',
        before.match_type,
        before.alias_text,
        case when before.retired_at is null then before.company_id else 'nobody' end,
        case when after.retired_at is null then after.company_id else 'nobody' end
    )
from (
    {{ company_enrichment.aliases_in_force(changes, held, corrections, 'missing_claims') }}
) as before
inner join (
    {{ company_enrichment.aliases_in_force(repaired, held, corrections, 'missing_claims') }}
) as after on before.match_type = after.match_type and before.alias_name = after.alias_name
where
    case when before.retired_at is null then before.company_id end
    is distinct from case when after.retired_at is null then after.company_id end
order by before.match_type, before.alias_name
    {%- endset -%}
    {%- set aliases = run_query(difference).rows -%}
    {%- set claims = company_enrichment.value_of('select count(*) from missing_claims') | int -%}
    {%- call company_enrichment.say('repair_undone_loads') -%}
        {{ claims }} statements of sources {{ '' if execute else 'would ' }}change, and with them {{ aliases | length }} aliases
        {{- ':' if aliases }}
    {%- endcall -%}
    {%- do company_enrichment.say_rows(aliases) -%}
    {%- call company_enrichment.run_sql() -%}
create temporary table misnamed_aliases on commit drop as
select stored.match_type, stored.alias_name
from {{ schema }}.company_mapping as stored
inner join (
    {{ company_enrichment.aliases_in_force(changes, held, corrections) }}
) as alias on alias.match_type = stored.match_type and alias.alias_name = stored.alias_name
left join {{ schema }}.company_mapping_history as open_row
    on
        open_row.match_type = stored.match_type
        and open_row.alias_name = stored.alias_name
        and open_row.valid_to is null
where
    alias.retired_at is null
    and alias.company_id = stored.company_id
    and (
        (stored.source, stored.load_id, stored.line_no) is distinct from (alias.source, alias.load_id, alias.line_no)
        or (open_row.company_id = alias.company_id and (open_row.source, open_row.load_id) is distinct from (alias.source, alias.load_id))
    )
    {%- endcall -%}
    {%- set names = company_enrichment.value_of('select count(*) from misnamed_aliases') | int -%}
    {%- if names -%}
        {%- call company_enrichment.say('repair_undone_loads') -%}
            {{ names }} aliases {{ '' if execute else 'would ' }}name the load that counts again
        {%- endcall -%}
    {%- endif -%}
    {%- if claims == 0 and names == 0 -%}
        {%- call company_enrichment.say('repair_undone_loads') -%}
            every undone load has left what would be in force without it, nothing to do
        {%- endcall -%}
    {%- elif execute -%}
        {%- call company_enrichment.run_sql() -%}
insert into {{ changes }} (
    load_id, line_no, source, match_type, alias_text, alias_name, key_version, company_id, outcome, rule, reason,
    previous_company_id, previous_source, claim, load_number, claim_number, load_landed_at, decided_at, run_id, changed_in
)
select
    load_id, line_no, source, match_type, alias_text, alias_name, key_version, company_id, outcome, rule, reason,
    previous_company_id, previous_source, claim, load_number, claim_number, now(), now(),
    {{ company_enrichment.quoted(company_enrichment.run_id()) }}, pg_current_xact_id()
from missing_claims
        {%- endcall -%}
        {%- call company_enrichment.run_sql() -%}
update {{ changes }} as change
set changed_in = pg_current_xact_id()
from misnamed_aliases as misnamed
where
    change.match_type = misnamed.match_type
    and change.alias_name = misnamed.alias_name
    and change.claim in ('made', 'withdrawn')
        {%- endcall -%}
        {%- call company_enrichment.run_sql() -%}
update {{ schema }}.company_mapping as alias
set changed_in = pg_current_xact_id()
from misnamed_aliases as misnamed
where alias.match_type = misnamed.match_type and alias.alias_name = misnamed.alias_name
        {%- endcall -%}
        {%- call company_enrichment.say('repair_undone_loads') -%} done; the next `dbt run` applies it {%- endcall -%}
    {%- else -%}
        {%- call company_enrichment.say('repair_undone_loads') -%}
            nothing was changed; add execute: true
        {%- endcall -%}
    {%- endif -%}
{%- endcall -%}
{% endmacro %}
