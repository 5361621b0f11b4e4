{% macro published_temp_id_limit() %}
{#- The var published_temp_id_limit: how far beyond the highest id issued the counter follows a published one. -#}
{%- set limit = var('published_temp_id_limit') -%}
{%- if limit is not integer or limit is boolean or limit < 0 or limit > 2147483647 -%}
    {{ exceptions.raise_compiler_error(
        "In published_temp_id_limit: a number from 0 to 2147483647 is needed, not " ~ (limit | tojson)) }}
{%- endif -%}
{{- return(limit) -}}
{% endmacro %}
