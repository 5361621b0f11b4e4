{% macro match_types() %}
{#-
  The resolution order as a list of {match_type, record_key}, first hit first. It is the var
  `match_types` and nothing else; batch and online resolution are both rendered from it.
-#}
{%- set record_keys = ['plan_code', 'account_number', 'normalized_customer_name', 'normalized_account_name'] -%}
{%- set order = var('match_types') -%}
{%- for entry in order -%}
    {%- if entry.record_key not in record_keys or not modules.re.fullmatch('[a-z][a-z_]*', entry.match_type | string) -%}
        {{ exceptions.raise_compiler_error(
            "In match_types: " ~ (entry | tojson) ~ " needs a match_type of lower-case letters and a record_key out of "
            ~ record_keys | join(', ') ~ ".") }}
    {%- endif -%}
{%- endfor -%}
{%- if order | map(attribute='match_type') | unique | list | length != order | length -%}
    {{ exceptions.raise_compiler_error("In match_types: a match type stands there twice.") }}
{%- endif -%}
{{- return(order) -}}
{% endmacro %}
