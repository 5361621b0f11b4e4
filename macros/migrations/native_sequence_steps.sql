{% macro native_sequence_steps(name, at_least=0, reset=false) %}
{#-
  What is to be done where temp_id_sequence is a native sequence of PostgreSQL, as a list of {what, sql}: it is renamed, so
  that nothing can draw a number from it unnoticed and nothing of it is lost, and a table takes its place. Stops with an
  error that names what still draws numbers from it.

  Arguments
    name      its qualified name
    at_least  a lower counter is lifted to this number
    reset     the counter starts at 0
-#}
{%- set used_by -%}
select pg_describe_object(classid, objid, objsubid)
from pg_depend
where refclassid = 'pg_class'::regclass and refobjid = '{{ name }}'::regclass
union
select pg_describe_object(refclassid, refobjid, refobjsubid)
from pg_depend
where classid = 'pg_class'::regclass and objid = '{{ name }}'::regclass and deptype in ('a', 'i')
order by 1
{%- endset -%}
{%- set users = run_query(used_by).columns[0].values() -%}
{%- if users -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        the sequence {{ name }} was left as it is, because it is still used by {{ users | join('; ') }}. Change or drop that
        first.
    {%- endcall -%}
{%- endif -%}
{#- last_value of a sequence that was not called yet is the number to come. -#}
{%- set last_number = 'case when is_called then last_value else last_value - 1 end' -%}
{%- set state -%}
select {{ last_number }}, seqincrement < 0 or seqcycle
from {{ name }}, pg_sequence
where seqrelid = '{{ name }}'::regclass
{%- endset -%}
{%- set found, repeats_numbers = run_query(state).rows[0] -%}
{%- set found = found | int -%}
{%- if repeats_numbers -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        the sequence {{ name }} counts down or starts again at its end: its value does not say which numbers were issued.
        Rename it, and give the highest number issued as at_least.
    {%- endcall -%}
{%- elif found < 0 or found > company_enrichment.highest_temp_number() -%}
    {%- call company_enrichment.refuse('migrate_temp_id_sequence') -%}
        the counter in the sequence {{ name }} is {{ found }}; it must be from 0 to {{ company_enrichment.highest_temp_number() }}. Correct it first.
    {%- endcall -%}
{%- endif -%}
{%- set replaced = namespace(name='temp_id_sequence_replaced', number=1) -%}
{%- for _ in range(100) if company_enrichment.has_relation(company_enrichment.qualified(replaced.name)) -%}
    {%- set replaced.number = replaced.number + 1 -%}
    {%- set replaced.name = 'temp_id_sequence_replaced_' ~ replaced.number -%}
{%- endfor -%}
{%- set steps = [] -%}
{%- set wanted = 0 if reset else [found, at_least] | max -%}
{%- call company_enrichment.add_step(
    steps, ['rename the native sequence', name, 'to', replaced.name ~ ', where it stays unused'] | join(' ')) -%}
alter sequence {{ name }} rename to {{ replaced.name }}
{%- endcall -%}
{%- call company_enrichment.add_step(steps, 'create the table ' ~ name) -%}
{{ company_enrichment.temp_id_sequence() }}
{%- endcall -%}
{#- The number is read again when nobody can draw another: the renaming waits for whoever has drawn one. -#}
{%- call company_enrichment.add_step(steps, 'start behind ' ~ wanted) -%}
insert into {{ name }} (last_number)
select {% if reset %}0{% else %}greatest({{ at_least }}, {{ last_number }}){% endif %}
from {{ target.schema }}.{{ replaced.name }}
{%- endcall -%}
{{- return(steps) -}}
{% endmacro %}
