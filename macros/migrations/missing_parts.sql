{% macro missing_parts() %}
{#-
  What the operational tables have lost since the last deployment, as a list of {table_name, kind, part_name, definition}, in
  the order in which it can be made again; a table that is not there at all has the kind table. Empty where nothing was
  deployed, or by a version that did not record it. Reads the catalog alone.
-#}
{%- set recorded = company_enrichment.qualified('schema_parts') -%}
{%- if not company_enrichment.has_relation(recorded) -%}
    {{- return([]) -}}
{%- endif -%}
{%- set missing -%}
select distinct
    lost.table_name,
    lost.kind,
    lost.part_name,
    lost.definition,
    array_position(array['table', 'default', 'identity', 'key', 'check', 'index', 'trigger', 'foreign key'], lost.kind) as place
from (
    select
        recorded.table_name,
        case when is_there.oid is null then 'table' else recorded.kind end as kind,
        case when is_there.oid is null then recorded.table_name else recorded.part_name end as part_name,
        case when is_there.oid is not null then recorded.definition end as definition
    from {{ recorded }} as recorded
    left join to_regclass(format('%I.%I', '{{ target.schema }}', recorded.table_name)) as is_there (oid) on true
    left join ({{ company_enrichment.parts_of_tables() }}) as present
        on
            present.table_name = recorded.table_name
            and present.kind = recorded.kind
            and present.part_name = recorded.part_name
    where present.part_name is null
) as lost
order by place, lost.table_name, lost.part_name
{%- endset -%}
{%- set parts = [] -%}
{%- for table_name, kind, part_name, definition, _ in run_query(missing).rows -%}
    {%- do parts.append({'table_name': table_name, 'kind': kind, 'part_name': part_name, 'definition': definition}) -%}
{%- endfor -%}
{{- return(parts) -}}
{% endmacro %}
