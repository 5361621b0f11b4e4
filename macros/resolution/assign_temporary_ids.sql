{% macro assign_temporary_ids() %}
{#-
  Pre-hook of company_resolution, outside the model's transaction: gives every unresolved name its
  temporary id, in blocks that commit by themselves, so that the sequence row is never locked for
  the length of the model.
-#}
{%- if execute and flags.WHICH in ('run', 'build') and not company_enrichment.is_empty_run() -%}
    {#- Of the session, so that the rule is applied once for all blocks; the model's own transaction is another one.
        Without jit for the reason that begin_table() gives. -#}
    {%- do run_query("set jit = off; drop table if exists pg_temp.names_without_id") -%}
    {%- call statement('names_without_id', auto_begin=false) -%}
create temporary table names_without_id as
select without_id.name, row_number() over (order by without_id.first_loaded_at, without_id.normalized_name) as place
from (
    {{ company_enrichment.names_without_id(
        "(" ~ company_enrichment.affected_matches() ~ ")", ref('customer_record_keys'), ref('stg_temp_company_ids')) }}
) as without_id
    {%- endcall -%}
    {%- set missing = load_result('names_without_id').response.rows_affected -%}
    {#- Jinja counts no further than to 100,000. -#}
    {%- set block_size = [company_enrichment.checked_var('temporary_id_block_size'), missing // 100000 + 1] | max -%}
    {%- for block in range(0, missing, block_size) -%}
        {%- do run_query(
            "set transaction isolation level read committed; select count(*) from " ~ target.schema ~ ".assign_temp_ids(array(select name from pg_temp.names_without_id where place > "
            ~ block ~ " and place <= " ~ (block + block_size) ~ " order by place))") -%}
    {%- endfor -%}
{%- endif -%}
{% endmacro %}
