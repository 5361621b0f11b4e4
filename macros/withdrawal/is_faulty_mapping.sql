{% macro is_faulty_mapping(change) %}
{#-
  True for a row of mapping_changes that still says something and whose company id is none. Rows that were rejected, or that
  say that a source's claim is gone, do no harm.

  Argument
    change  alias of the table
-#}
(
    {{ change }}.company_id is not null
    and {{ change }}.company_id <> '{{ company_enrichment.no_company() }}'
    and {{ change }}.outcome <> 'rejected'
    and {{ change }}.claim is distinct from 'withdrawn'
    and {{ change }}.outcome not in ('withdrawn', 'retired')
    and {{ target.schema }}.company_id_fault({{ change }}.company_id) is not null
    and {{ target.schema }}.clean_company_id({{ change }}.company_id) is distinct from '{{ company_enrichment.no_company() }}'
)
{%- endmacro %}
