{% macro deployed_counter() %}
{#- Where the counter stands; 0 where it is not deployed, or in another layout. -#}
{%- set table = target.schema ~ '.temp_id_sequence' -%}
{%- set is_current -%}
select 1 from pg_attribute
where attrelid = to_regclass('{{ table }}') and attname = 'last_number' and not attisdropped
{%- endset -%}
{%- if run_query(is_current).rows -%}
    {{- return(run_query("select coalesce(max(last_number), 0) from " ~ table).columns[0].values()[0] | int) -}}
{%- endif -%}
{{- return(0) -}}
{% endmacro %}
