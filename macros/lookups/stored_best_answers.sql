{% macro stored_best_answers(of_names=none) %}
{#-
  best_answers() of the tables as they are stored: for functions and operations, which cannot ref() a model.

  Argument
    of_names  as in best_answers()
-#}
{{- company_enrichment.best_answers(
    company_enrichment.qualified('lookup_answers'),
    company_enrichment.qualified('corrected_aliases'),
    company_enrichment.qualified('company_id_corrections'),
    of_names,
) -}}
{%- endmacro %}
