{% macro published_temp_ids() %}
{#-
  The var published_temp_ids as a list of {relation, column, name_column, name}: where else temporary ids were published, quoted
  for SQL, and the relation's name as it stands there. name_column, which says what name an id stands for, is none where
  the var has none. Stops with an error that names an entry which is none, or whose relation is not there.
-#}
{%- set published = [] -%}
{%- for entry in company_enrichment.checked_var('published_temp_ids') -%}
    {%- set parts = entry.relation.split('.') -%}
    {%- set relation = [company_enrichment.quoted_name(parts[0]), company_enrichment.quoted_name(parts[1])] | join('.') -%}
    {%- if execute and not company_enrichment.has_relation(relation) -%}
        {%- call company_enrichment.refuse('published_temp_ids') -%} there is no relation {{ entry.relation }}. {%- endcall -%}
    {%- endif -%}
    {%- do published.append({
        'relation': relation,
        'column': company_enrichment.quoted_name(entry.column),
        'name_column': company_enrichment.quoted_name(entry.name_column) if entry.name_column else none,
        'name': entry.relation,
    }) -%}
{%- endfor -%}
{{- return(published) -}}
{% endmacro %}
