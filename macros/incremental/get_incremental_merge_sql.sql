{% macro get_incremental_merge_sql(arg_dict) %}
{#-
  This project's `merge` strategy: one INSERT … ON CONFLICT DO UPDATE, because MERGE (and so dbt's own
  strategy) fails as soon as another writer inserts the same new key.

  Unchanged rows are joined out first: an upsert would lock and log each of them. Columns named in
  config.meta.audit_columns (when, by which run) do not make a row count as changed.
-#}
{%- set target_relation = arg_dict['target_relation'] -%}
{%- set keys = company_enrichment.conflict_keys(arg_dict) -%}
{%- set columns = arg_dict['dest_columns'] | map(attribute='name') | map('lower') | list -%}
{%- set audit_columns = config.get('meta', {}).get('audit_columns', []) -%}
{%- set compared = columns | reject('in', keys + audit_columns) | list -%}
{%- set updated = columns | reject('in', keys) | list -%}
insert into {{ target_relation }} as stored ({{ columns | map('string') | join(', ') }})
select {% for column in columns %}incoming.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
from {{ arg_dict['temp_relation'] }} as incoming
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
