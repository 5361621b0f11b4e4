{% test none_expected(model) %}
{#- The relation lists things that an operator should look at; a healthy state has none. -#}
select * from {{ model }}
{% endtest %}
