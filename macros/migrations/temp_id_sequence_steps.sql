{% macro temp_id_sequence_steps(table, at_least=0, reset=false) %}
{#-
  What is to be done to a temp_id_sequence as found, as a list of {what, sql}; empty when it is current. Stops with an
  error that names what is in the way. Reads only.

  Arguments
    table     its qualified name
    at_least  a lower counter is lifted to this number
    reset     the counter starts at 0
-#}
{%- set found_kind -%}
select relkind::text from pg_class where oid = to_regclass('{{ table }}')
{%- endset -%}
{%- set kind = company_enrichment.value_of(found_kind) -%}
{%- if not kind -%}
    {{- return(company_enrichment._steps_of_new_table(table, at_least)) -}}
{%- elif kind == 'S' -%}
    {{- return(company_enrichment.native_sequence_steps(table, at_least, reset)) -}}
{%- elif kind != 'r' -%}
    {%- set kinds = {'v': 'a view', 'm': 'a materialized view', 'f': 'a foreign table', 'p': 'a partitioned table'} -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        {{ table }} is {{ kinds.get(kind, 'no table') }}, which cannot become the counter. Rename it, and give its number as
        at_least.
    {%- endcall -%}
{%- endif -%}

{%- set found = company_enrichment.temp_id_sequence_as_found(table) -%}
{%- set steps = [] -%}
{%- set changes = {} -%}
{%- if found.rows > 1 -%}
    {%- call company_enrichment.add_step(steps, ['fold', found.rows, 'rows into one that keeps the counter', found.kept] | join(' ')) -%}
delete from {{ table }}
where ctid <> (select ctid from {{ table }} order by {{ found.counter }} desc nulls last limit 1)
    {%- endcall -%}
{%- endif -%}
{%- set primary_keys -%}
select conname from pg_constraint where contype = 'p' and conrelid = '{{ table }}'::regclass
{%- endset -%}
{%- for key in run_query(primary_keys).columns[0].values() -%}
    {%- call company_enrichment.add_step(steps, 'drop the primary key of ' ~ table) -%}
alter table {{ table }} drop constraint {{ company_enrichment.quoted_name(key) }}
    {%- endcall -%}
{%- endfor -%}
{%- do company_enrichment.add_last_number_steps(steps, changes, table, found) -%}
{%- do company_enrichment.add_updated_at_steps(steps, changes, table, found) -%}
{%- set guarantee -%}
select 1 from pg_index
where
    indexrelid = to_regclass('{{ target.schema }}.temp_id_sequence_one_row')
    and indrelid = '{{ table }}'::regclass
    and indisunique
{%- endset -%}
{%- if not company_enrichment.value_of(guarantee) -%}
    {%- call company_enrichment.add_step(steps, 'guarantee one row by a unique index') -%}
create unique index temp_id_sequence_one_row on {{ table }} ((true))
    {%- endcall -%}
{%- endif -%}
{%- set wanted = 0 if reset else [found.reached, at_least] | max -%}
{%- if wanted != found.kept and found.rows == 0 -%}
    {%- call company_enrichment.add_step(steps, 'start behind ' ~ wanted) -%}
insert into {{ table }} (last_number) values ({{ wanted }})
    {%- endcall -%}
{%- elif wanted != found.kept -%}
    {%- call company_enrichment.add_step(
        steps, ['reset' if reset else 'lift', 'the counter from', found.kept, 'to', wanted] | join(' ')) -%}
update {{ table }} set last_number = {{ wanted }}, updated_at = now()
    {%- endcall -%}
{%- endif -%}

{#- Extra columns, views, triggers and grants that are none are kept. -#}
{%- set obstacles = company_enrichment.obstacles_to_counting(table, found.counter) -%}
{%- if steps -%}
    {%- do obstacles.extend(company_enrichment.obstacles_to_changing(table, found.counter, changes)) -%}
{%- endif -%}
{%- if obstacles -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        {{ table }} was left as it is, because of {{ obstacles | join('; ') }}. Change or drop that first, and create it again
        afterwards.
    {%- endcall -%}
{%- endif -%}
{{- return(steps) -}}
{% endmacro %}

{% macro _steps_of_new_table(table, at_least) %}
{#- What is to be done where there is no temp_id_sequence; the arguments are those of temp_id_sequence_steps(). -#}
{%- set steps = [] -%}
{%- if not company_enrichment.has_schema(target.schema) -%}
    {%- call company_enrichment.add_step(steps, 'create schema ' ~ target.schema) -%}
create schema {{ company_enrichment.quoted_name(target.schema) }}
    {%- endcall -%}
{%- endif -%}
{%- call company_enrichment.add_step(steps, 'create ' ~ table) -%}
{{ company_enrichment.temp_id_sequence() }}
{%- endcall -%}
{%- if at_least > 0 -%}
    {%- call company_enrichment.add_step(steps, 'start behind ' ~ at_least) -%}
insert into {{ table }} (last_number) values ({{ at_least }})
    {%- endcall -%}
{%- endif -%}
{{- return(steps) -}}
{% endmacro %}
