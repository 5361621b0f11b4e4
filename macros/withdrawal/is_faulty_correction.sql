{% macro is_faulty_correction(correction) %}
{#-
  True for a correction in force, of a company or of some aliases, from or to what is no company id or not in its one form.

  Argument
    correction  alias of company_id_corrections
-#}
(
    {{ correction }}.undoes is null
    and {{ correction }}.undone_by is null
    {%- set schema = target.schema %}
    and (
        {{ schema }}.company_id_fault({{ correction }}.from_company_id) is not null
        or {{ schema }}.company_id_fault({{ correction }}.to_company_id) is not null
        or {{ company_enrichment.is_unclean([correction, '.from_company_id'] | join) }}
        or {{ company_enrichment.is_unclean([correction, '.to_company_id'] | join) }}
    )
)
{%- endmacro %}
