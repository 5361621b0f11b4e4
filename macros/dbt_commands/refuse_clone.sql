{% macro refuse_clone() %}
{#-
  Pre-hook of models and seeds: stops `dbt clone`, which on PostgreSQL puts views of another schema in the place of tables.
-#}
{%- if execute and flags.WHICH == 'clone' -%}
    {%- call company_enrichment.refuse() -%}
        company_enrichment cannot be cloned: its tables would be views of another schema, without functions and queue.
        Build it in this schema, or leave it out with: --exclude package:company_enrichment
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
