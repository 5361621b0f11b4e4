{% macro corrections_through(correction_id) %}
{#-
  The corrections whose chain goes through one of them, as a query of their numbers: it and those that lead to the company
  it replaces. What rests on any of them has moved by it.

  Argument
    correction_id  number of that one
-#}
{%- set corrections = company_enrichment.qualified('company_id_corrections') -%}
with recursive through as (
    select correction.correction_id, correction.from_company_id, correction.covers
    from {{ corrections }} as correction
    where correction.correction_id = {{ correction_id }}
    union
    select earlier.correction_id, earlier.from_company_id, earlier.covers
    from through
    inner join {{ corrections }} as earlier
        on earlier.to_company_id = through.from_company_id and earlier.undoes is null and earlier.undone_by is null
    where through.covers = 'company'
)

select through.correction_id from through
{%- endmacro %}
