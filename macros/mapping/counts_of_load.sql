{% macro counts_of_load(change) %}
{#-
  The counts of a load over its rows in mapping_changes, as columns of a query: rows_read is the sum of the five that follow. A
  row that took its alias from another source is a conflict that it won; taken_over_from says from which.

  Argument
    change  alias of these rows
-#}
count(*) filter (where {{ change }}.line_no > 0) as rows_read,
count(*) filter (where {{ change }}.outcome = 'inserted') as rows_inserted,
count(*) filter (where {{ change }}.outcome = 'updated' and {{ change }}.rule is null) as rows_updated,
count(*) filter (where {{ change }}.outcome = 'unchanged') as rows_unchanged,
count(*) filter (where {{ change }}.outcome = 'rejected') as rows_rejected,
count(*) filter (where {{ company_enrichment.is_mapping_conflict(change) }}) as rows_conflicting,
count(*) filter (where {{ change }}.outcome = 'retired') as rows_deleted,
count(*) filter (where {{ change }}.outcome = 'restored') as rows_restored,
{{ target.schema }}.counts_by_text(
    array_agg({{ change }}.previous_source) filter (where {{ change }}.outcome = 'updated' and {{ change }}.rule is not null)
) as taken_over_from
{%- endmacro %}
