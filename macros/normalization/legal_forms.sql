{% macro legal_forms() %}
{#-
  The var company_legal_forms as a dictionary: canonical maps each spelling to its form; chinese and western are the
  lists of spellings that are attached to a name, and that are words of their own.
-#}
{%- set canonical = {} -%}
{%- set chinese = [] -%}
{%- set western = [] -%}
{%- for form, spellings in company_enrichment.checked_var('company_legal_forms').items() -%}
    {%- for spelling in [form] + spellings -%}
        {%- if spelling is not string or not modules.re.fullmatch('[a-z]+|[^\\W0-9_a-zA-Z]+', spelling) -%}
            {%- call company_enrichment.refuse('company_legal_forms') -%}
                {{ spelling | tojson }} is no legal form; name one word, in lower case and without punctuation.
            {%- endcall -%}
        {%- endif -%}
        {%- do canonical.update({spelling: form}) -%}
        {%- do (western if modules.re.fullmatch('[a-z]+', spelling) else chinese).append(spelling) -%}
    {%- endfor -%}
{%- endfor -%}
{{- return({'canonical': canonical, 'chinese': chinese, 'western': western}) -}}
{% endmacro %}
