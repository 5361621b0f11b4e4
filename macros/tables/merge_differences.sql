{% macro merge_differences(target_relation, source_relation, keys, columns, audit_columns=[]) %}
{#-
  Brings the rows of one relation into another: one INSERT … ON CONFLICT DO UPDATE, because MERGE (and so dbt's own
  strategy) fails as soon as another writer inserts the same new key. Unchanged rows are joined out first: an upsert
  would lock and log each of them.

  Arguments
    target_relation  the table to be written
    source_relation  what its rows should be; rows that are not in it stay
    keys             columns of the primary key
    columns          all columns, in lower case
    audit_columns    columns that do not make a row count as changed; changed_in never does
-#}
{%- set compared = columns | reject('in', keys + audit_columns + ['changed_in']) | list -%}
{%- set updated = columns | reject('in', keys) | list -%}
insert into {{ target_relation }} as stored ({{ columns | map('string') | join(', ') }})
select {% for column in columns %}incoming.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
from {{ source_relation }} as incoming
left join {{ target_relation }} as present
    on {% for key in keys %}present.{{ key }} = incoming.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
where
    present.{{ keys[0] }} is null
    {%- if compared %}
    or ({% for column in compared %}present.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
    is distinct from ({% for column in compared %}incoming.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
    {%- endif %}
-- One order for all writers: two that merge the same keys cannot wait for each other in a circle.
order by {% for key in keys %}incoming.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
on conflict ({{ keys | join(', ') }})
{%- if compared %} do update set
    {% for column in updated %}{{ column }} = excluded.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
where
    ({% for column in compared %}stored.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
    is distinct from ({% for column in compared %}excluded.{{ column }}{{ ', ' if not loop.last }}{% endfor %})
{%- else %} do nothing
{%- endif %}
{% endmacro %}
