{% macro nearest_company_ids(given) %}
{#-
  The three ids in use that are most like an id, as a query: those of which the fewest characters lie between a common
  beginning and a common end. One typing error leaves one or two.

  Argument
    given  the id, as an SQL literal
-#}
select measured.company_id
from (
    select
        used.company_id,
        greatest(length(used.company_id), length({{ given }})) - least(
            (
                select coalesce(max(n), 0)
                from generate_series(1, least(length(used.company_id), length({{ given }}))) as n
                where left(used.company_id, n) = left({{ given }}, n)
            ) + (
                select coalesce(max(n), 0)
                from generate_series(1, least(length(used.company_id), length({{ given }}))) as n
                where right(used.company_id, n) = right({{ given }}, n)
            ),
            length(used.company_id),
            length({{ given }})
        ) as distance
    from (select distinct carried.company_id from ({{ company_enrichment.company_ids_in_use() }}) as carried) as used
) as measured
order by measured.distance, measured.company_id collate "C"
limit 3
{%- endmacro %}
