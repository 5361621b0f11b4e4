{% macro standing_seed_loads() %}
{#-
  The loads of seeds that no other load undoes, as a query: load_id and source. A load that somebody has landed under the
  name of a seed is another's: the id and the hash of a seed's load are made by land_seed_mappings().
-#}
select standing.load_id, standing.source
from {{ target.schema }}.landed_loads as standing
where
    standing.mode = 'replace_source'
    and starts_with(standing.source, 'seed:')
    and length(standing.content_hash) = 32
    and starts_with(standing.load_id, standing.source || ':')
    and right(standing.load_id, 32) = standing.content_hash
    and not exists (select from {{ target.schema }}.landed_loads as undo where undo.undoes = standing.load_id)
{%- endmacro %}
