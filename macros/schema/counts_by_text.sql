{% macro counts_by_text() %}
{#- DDL of counts_by_text(texts): how often each text occurs, as a JSON object; an empty one for no text. -#}
create or replace function {{ target.schema }}.counts_by_text(texts text[])
returns jsonb
language sql immutable parallel safe
return (
    select coalesce(jsonb_object_agg(counted.given, counted.occurrences), '{}')
    from (
        select
            each_text.given,
            count(*) as occurrences
        from unnest(texts) as each_text (given)
        group by each_text.given
    ) as counted
)
{% endmacro %}
