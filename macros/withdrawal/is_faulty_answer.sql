{% macro is_faulty_answer(answer) %}
{#-
  True for a found answer whose company id is none, or not in its one form.

  Argument
    answer  alias of lookup_answers
-#}
(
    {{ answer }}.outcome = 'found'
    and (
        {{ target.schema }}.company_id_fault({{ answer }}.company_id) is not null
        or {{ company_enrichment.is_unclean([answer, '.company_id'] | join) }}
    )
)
{%- endmacro %}
