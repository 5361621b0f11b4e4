{% macro plan_enqueue_names() %}
{#-
  DDL of plan_enqueue_names(names): what enqueue_names(names) would return if nobody else came between, without a request
  being made. STABLE, so that the database itself keeps it from writing.
-#}
create or replace function {{ target.schema }}.plan_enqueue_names(names text[])
returns table (name text, normalized_name text, request_id bigint, outcome text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
begin
    return query
    with {{ company_enrichment.judged_names() | indent(4) }}

    select
        judged.name,
        judged.key,
        judged.open_id,
        {{ company_enrichment.outcome_of_name('false') | indent(8) }}
    from judged
    order by judged.position;
end
$body$
;
revoke execute on function {{ target.schema }}.plan_enqueue_names(text[]) from public
{% endmacro %}
