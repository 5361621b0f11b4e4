{% macro mapping_repeats() %}
{#-
  DDL of mapping_repeats: landed rows that only said once more what their source had said, and whose own rows
  prune_mapping_loads has removed. A row of it is about one block of lines of the load that made the claims: line_nos has,
  for each line of the block, the line of load_id that says the same, and NULL where none does. See mapping_repeat(). Owner:
  prune_mapping_loads.
-#}
create table if not exists {{ target.schema }}.mapping_repeats (
    of_load_id text not null,
    block integer not null,
    load_id text not null,
    line_nos integer[] not null,
    primary key (of_load_id, block, load_id)
)
;
create index if not exists mapping_repeats_load on {{ target.schema }}.mapping_repeats (load_id)
{% endmacro %}
