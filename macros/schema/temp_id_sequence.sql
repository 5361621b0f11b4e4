{% macro temp_id_sequence() %}
{#-
  DDL of temp_id_sequence: the counter of temporary ids. No primary key; the unique index on a
  constant is what guarantees a single row. It needs no INSERT beforehand: the first
  allocation seeds it. Owner: assign_temp_ids().
-#}
create table if not exists {{ target.schema }}.temp_id_sequence (
    last_number integer not null default 0,
    updated_at timestamptz not null default now()
)
;
create unique index if not exists temp_id_sequence_one_row
    on {{ target.schema }}.temp_id_sequence ((true))
{% endmacro %}
