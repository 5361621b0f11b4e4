{% macro repair_undone_loads(execute=false) %}
{#-
  dbt run-operation repair_undone_loads: brings what sources say of an alias to what it would be had the undone loads never
  come, where an undo was decided by an older version. That one did not know what a complete load has said of an alias that
  was retired before it, and brought the alias back. The rows are a load of their own, repair:<invocation of dbt>; the next run of dbt
  derives aliases and records from them. A second time it finds nothing to do.

  Argument
    execute  without it, what would change is said and nothing is changed
-#}
{%- do company_enrichment.begin_operation('repair_undone_loads', {'execute': [execute, {'is': 'boolean'}]}) -%}
{%- set schema = target.schema -%}
{%- set repair_id = company_enrichment.quoted('repair:' ~ invocation_id) -%}
{%- set changes, held, corrections = schema ~ '.mapping_changes', schema ~ '.corrected_aliases', schema ~ '.company_id_corrections' -%}
{%- call company_enrichment.in_transaction('deploy_schema') -%}
    {%- do company_enrichment.refuse_old_models() -%}
    {%- if execute -%}
        {%- do company_enrichment.refuse_run_at_work('repair_undone_loads') -%}
        {%- do company_enrichment.hold_models(['mapping_changes']) -%}
    {%- endif -%}
    {% set missing %}
create temporary table missing_claims on commit drop as
{{ company_enrichment.claims_of_undone_loads(repair_id, changes, schema ~ '.landed_loads', held, corrections) }}
    {% endset %}
    {%- do run_query(missing) -%}
    {% set repaired %}
(
    select match_type, alias_name, alias_text, key_version, company_id, source, load_id, line_no, claim, load_number, claim_number,
        decided_at
    from {{ changes }}
    union all
    select match_type, alias_name, alias_text, key_version, company_id, source, load_id, line_no, claim, load_number, claim_number,
        now()
    from missing_claims
)
    {% endset %}
    {% set difference %}
select
    before.match_type || ' ' || before.alias_text,
    case when before.retired_at is null then before.company_id else 'nobody' end,
    case when after.retired_at is null then after.company_id else 'nobody' end
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
    {% endset %}
    {%- set aliases = run_query(difference).rows -%}
    {%- set claims = run_query("select count(*) from missing_claims").rows[0][0] | int -%}
    {%- do log(
        "repair_undone_loads: " ~ claims ~ " statements of sources " ~ ("" if execute else "would ") ~ "change, and with them "
        ~ (aliases | length) ~ " aliases" ~ (":" if aliases else ""), info=true) -%}
    {%- for alias in aliases[:50] -%}
        {%- do log("    " ~ alias[0] ~ ": " ~ alias[1] ~ " to " ~ alias[2], info=true) -%}
    {%- endfor -%}
    {%- if aliases | length > 50 -%}
        {%- do log("    … and " ~ (aliases | length - 50) ~ " more", info=true) -%}
    {%- endif -%}
    {%- if claims == 0 -%}
        {%- do log("repair_undone_loads: every undone load has left what would be in force without it, nothing to do", info=true) -%}
    {%- elif execute -%}
        {% set written %}
insert into {{ changes }} (
    load_id, line_no, source, match_type, alias_text, alias_name, key_version, company_id, outcome, rule, reason,
    previous_company_id, previous_source, claim, load_number, claim_number, load_landed_at, decided_at, run_id, changed_in
)
select
    load_id, line_no, source, match_type, alias_text, alias_name, key_version, company_id, outcome, rule, reason,
    previous_company_id, previous_source, claim, load_number, claim_number, now(), now(),
    {{ company_enrichment.quoted(company_enrichment.run_id()) }}, pg_current_xact_id()
from missing_claims
        {% endset %}
        {%- do run_query(written) -%}
        {%- do log("repair_undone_loads: done; the next `dbt run` applies it", info=true) -%}
    {%- else -%}
        {%- do log("repair_undone_loads: nothing was changed; add execute: true", info=true) -%}
    {%- endif -%}
{%- endcall -%}
{% endmacro %}
