{% macro highest_published_temp_number() %}
{#-
  The highest number of a temporary id that was ever entered in the ledger, or that the models or the relations of the var
  published_temp_ids hold; 0 when there is none. A counter below it would issue an id a second time.

  The query on company_resolution reads one row of its index of temporary ids, not the table.
-#}
{%- set relations = [] -%}
{%- for table, column in [('company_resolution', 'company_id'), ('company_id_crosswalk', 'from_company_id')] -%}
    {%- do relations.append({'relation': target.schema ~ '.' ~ table, 'column': column}) -%}
{%- endfor -%}
{%- set highest = namespace(number=0) -%}
{%- for published in relations + company_enrichment.published_temp_ids() -%}
    {%- if run_query("select to_regclass(" ~ company_enrichment.quoted(published.relation) ~ ") is not null").columns[0].values()[0] -%}
        {%- set number = run_query(
            "select substr(" ~ published.column ~ ", 6)::numeric from " ~ published.relation ~ " where "
            ~ company_enrichment.is_temporary_id(published.column)
            ~ " order by char_length(" ~ published.column ~ ") desc, " ~ published.column ~ " desc limit 1"
        ).columns[0].values() -%}
        {%- if number and number[0] > 2147483647 -%}
            {{ exceptions.raise_compiler_error(
                published.relation ~ "." ~ published.column ~ " holds TEMP_" ~ number[0] | int ~ ", whose number is beyond INTEGER: "
                ~ "no counter can lie behind it. Correct that row.") }}
        {%- elif number -%}
            {%- set highest.number = [highest.number, number[0] | int] | max -%}
        {%- endif -%}
    {%- endif -%}
{%- endfor -%}
{%- for table, column in [('temp_company_ids', 'temp_number'), ('temp_id_high_water', 'highest_issued')] -%}
    {%- set relation = target.schema ~ '.' ~ table -%}
    {%- if run_query("select to_regclass('" ~ relation ~ "') is not null").columns[0].values()[0] -%}
        {%- set issued = run_query("select coalesce(max(" ~ column ~ "), 0) from " ~ relation).columns[0].values()[0] -%}
        {%- set highest.number = [highest.number, issued | int] | max -%}
    {%- endif -%}
{%- endfor -%}
{{- return(highest.number) -}}
{% endmacro %}
