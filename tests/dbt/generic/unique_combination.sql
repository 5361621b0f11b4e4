{% test unique_combination(model, columns) %}
{#- No two rows agree in all of the columns. -#}
select
    {{ columns | join(',\n    ') }},
    count(*) as occurrences
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
