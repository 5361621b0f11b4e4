{% macro plan_ask_again() %}
{#-
  DDL of plan_ask_again(names): what ask_again(names) would return if nobody else came between, without a request being made.
  STABLE, so that the database itself keeps it from writing.
-#}
create or replace function {{ target.schema }}.plan_ask_again(names text[])
returns table (name text, normalized_name text, request_id bigint, outcome text, detail text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $body$
#variable_conflict use_column
begin
    return query
    with {{ company_enrichment.asked_again_names() | indent(4) }}

    select judged.name, judged.key, judged.open_id, judged.outcome, judged.detail
    from judged
    order by judged.position;
end
$body$
;
revoke execute on function {{ target.schema }}.plan_ask_again(text[]) from public
{% endmacro %}
