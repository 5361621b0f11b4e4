{% macro adoption_renames(schema, tables, back=false) %}
{#-
  How the predecessor's tables get out of the way, or back, as a list of {what, sql}. Where ours come into the same schema,
  their indexes and sequences go with them: `create index if not exists` would take an index of theirs for ours.

  Arguments
    schema  their schema
    tables  the tables, by the predecessor's names
    back    give them the predecessor's names again
-#}
{%- set steps = [] -%}
{%- set their_schema = company_enrichment.quoted_name(schema) -%}
{%- set suffix = company_enrichment.name_before_adoption('') -%}
{%- for table in tables -%}
    {%- set adopted_name = company_enrichment.name_before_adoption(table) -%}
    {%- set now_named, new_name = (adopted_name, table) if back else (table, adopted_name) -%}
    {%- set table_now -%} {{ their_schema }}.{{ now_named }} {%- endset -%}
    {%- set renaming -%} rename {{ schema }}.{{ now_named }} to {{ new_name }} {%- endset -%}
    {%- call company_enrichment.add_step(steps, renaming) -%}
alter table {{ table_now }} rename to {{ new_name }}
    {%- endcall -%}
    {%- set owned = [] -%}
    {#- Longer names are none of ours, and could not be told apart once they are cut. -#}
    {%- set its_table -%} {{ company_enrichment.quoted(table_now) }}::regclass {%- endset -%}
    {%- set its_objects -%}
select
    relname,
    case relkind when 'S' then 'sequence' else 'index' end
from pg_class
where
    (
        oid in (select indexrelid from pg_index where indrelid = {{ its_table }})
        or relkind = 'S'
        and oid in (
            select objid from pg_depend
            where
                classid = 'pg_class'::regclass
                and refclassid = 'pg_class'::regclass
                and refobjid = {{ its_table }}
                and deptype in ('a', 'i')
        )
    )
    {%- if back %}
    and right(relname, {{ suffix | length }}) = '{{ suffix }}'
    {%- else %}
    and octet_length(relname) + {{ suffix | length }} < 64
    {%- endif %}
order by relname
    {%- endset -%}
    {%- for name, kind in run_query(its_objects).rows if back or schema == target.schema -%}
        {%- set other_name = name[:-(suffix | length)] if back else company_enrichment.name_before_adoption(name) -%}
        {%- set rename -%}
alter {{ kind }} {{ their_schema }}.{{ company_enrichment.quoted_name(name) }} rename to {{ company_enrichment.quoted_name(other_name) }}
        {%- endset -%}
        {%- do owned.append(rename) -%}
    {%- endfor -%}
    {%- if owned -%}
        {%- set renaming -%} rename its {{ owned | length }} indexes and sequences likewise {%- endset -%}
        {%- call company_enrichment.add_step(steps, renaming) -%} {{ owned | join('; ') }} {%- endcall -%}
    {%- endif -%}
{%- endfor -%}
{{- return(steps) -}}
{% endmacro %}
