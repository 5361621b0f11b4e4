{% test company_id(model, column_name, allowed=none) %}
{#-
  What stands in the column is a company id by company_id_fault(), in the form that clean_company_id() gives it. NULL
  passes. Where it fails, something got in before there was that gate, or around it:
  dbt run-operation withdraw_faulty_company_ids.

  Argument
    allowed  a text that is none and may stand there all the same, like __EMPTY__ of a mapping
-#}
select
    {{ column_name }},
    coalesce({{ target.schema }}.company_id_fault({{ column_name }}), 'has blanks or another width around it') as fault,
    count(*) as occurrences
from {{ model }}
where
    {{ column_name }} is not null
    and (
        {{ target.schema }}.company_id_fault({{ column_name }}) is not null
        or {{ column_name }} <> {{ target.schema }}.clean_company_id({{ column_name }})
    )
    and {{ column_name }} is distinct from {{ "'" ~ allowed ~ "'" if allowed else 'null' }}
group by {{ column_name }}
{% endtest %}
