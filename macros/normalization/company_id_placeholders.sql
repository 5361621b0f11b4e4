{% macro company_id_placeholders() %}
{#-
  The var company_id_placeholders, folded as company_id_fault() folds an id before it compares: letters and digits alone,
  in upper case. Stops with an error that names an entry without any.
-#}
{%- set folded = [] -%}
{%- for entry in company_enrichment.checked_var('company_id_placeholders') -%}
    {%- set letters = modules.re.sub('[\\W_]+', '', entry | upper) -%}
    {%- if not letters -%}
        {%- call company_enrichment.refuse('company_id_placeholders') -%}
            {{ company_enrichment.shown(entry) }} must have a letter or digit; signs alone never are an id.
        {%- endcall -%}
    {%- endif -%}
    {%- do folded.append(letters) -%}
{%- endfor -%}
{{- return(folded | unique | list) -}}
{% endmacro %}
