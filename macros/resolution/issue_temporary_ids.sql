{% macro issue_temporary_ids() %}
{#-
  Pre-hook of company_resolution, outside the model's transaction: gives every unresolved name its
  temporary id, in blocks that commit by themselves, so that the sequence row is never locked for
  the length of the model.

  One statement for all blocks: between two of them, a pooler may give the next one another session. The rule is applied
  once; its result ends with the first commit, and the loop goes on with what it holds. Each name is in one block, whatever
  the var temporary_id_block_size says.
-#}
{%- if execute and flags.WHICH in ('run', 'build') and not company_enrichment.is_empty_run() -%}
    {%- set block_size = company_enrichment.checked_var('temporary_id_block_size') -%}
    {%- set affected -%}
(
    {{ company_enrichment.affected_matches() | indent(4) }}
)
    {%- endset -%}
    {%- call statement('issue_temporary_ids', auto_begin=false) -%}
do $issue_temporary_ids$
declare
    block record;
begin
    -- The level of a transaction can be said before its first query alone, and this statement is one.
    commit;
    set transaction isolation level read committed;
    -- Without jit for the reason that begin_table() gives.
    set local jit = off;
    create temporary table names_to_number on commit drop as
    select without_id.name, row_number() over (order by without_id.first_loaded_at, without_id.normalized_name) as place
    from (
        {{ company_enrichment.names_without_id(
            affected, ref('customer_record_keys'), ref('stg_temp_company_ids')) }}
    ) as without_id;
    for block in
        select array_agg(numbered.name order by numbered.place) as names
        from pg_temp.names_to_number as numbered
        group by (numbered.place - 1) / {{ block_size }}
        order by (numbered.place - 1) / {{ block_size }}
    loop
        perform {{ target.schema }}.assign_temp_ids(block.names);
        commit;
        set transaction isolation level read committed;
        set local jit = off;
    end loop;
end
$issue_temporary_ids$
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
