{% macro company_id_placeholders() %}
{#-
  The var company_id_placeholders, folded as company_id_fault() folds an id before it compares: letters and digits alone,
  in upper case. Stops with an error that names an entry without any.
-#}
{%- set entries = var('company_id_placeholders') -%}
{%- if entries is string or entries is mapping or entries is not iterable -%}
    {{ exceptions.raise_compiler_error("In company_id_placeholders: a list of texts is needed, not " ~ (entries | tojson)) }}
{%- endif -%}
{%- set folded = [] -%}
{%- for entry in entries -%}
    {%- set letters = modules.re.sub('[\\W_]+', '', entry | upper) if entry is string else '' -%}
    {%- if not letters -%}
        {{ exceptions.raise_compiler_error(
            "In company_id_placeholders: " ~ (entry | tojson) ~ " must be a text with a letter or digit; signs alone never are"
            ~ " an id. Quote what YAML takes for something else, as in 'null'.") }}
    {%- endif -%}
    {%- do folded.append(letters) -%}
{%- endfor -%}
{{- return(folded | unique | list) -}}
{% endmacro %}
