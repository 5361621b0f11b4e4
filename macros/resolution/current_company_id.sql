{% macro current_company_id(company_id) %}
{#-
  The company id that an id stands for today, as an SQL expression: what a temporary id has been resolved to, and what
  merged and corrected ids have become, followed to the end. An id that has not become another one stays what it is, and
  so does a temporary id whose name is not known. NULL for a temporary id whose name names nobody by the present name rules,
  as company_resolution has no company for its records either.

      select {{ company_enrichment.current_company_id('facts.company_id') }} as company_id, … from … as facts

  One probe of an index per step of the chain. The model that calls it is built after company_id_crosswalk.

  Argument
    company_id  an SQL expression of type text, best qualified: it must not be a column name of the crosswalk
-#}
{#- Also in an installing project's model that is built with --empty, where ref() alone would be a subquery with an alias. -#}
{%- set crosswalk = ref('company_enrichment', 'company_id_crosswalk').render() -%}
{#- An id whose name is not known stays what it is. -#}
{%- set leads_on = "(step.to_company_id is not null or step.kind = 'unresolvable')" -%}
(
    with recursive chain as (
        select
            step.to_company_id,
            1 as steps
        from {{ crosswalk }} as step
        where step.from_company_id = {{ company_id }} and step.valid_to is null and {{ leads_on }}
        union all
        select
            step.to_company_id,
            chain.steps + 1 as steps
        from chain
        inner join {{ crosswalk }} as step
            on
                step.from_company_id = chain.to_company_id
                and step.valid_to is null
                and {{ leads_on }}
        -- There are no circles; if somebody wrote one, the query still ends.
        where chain.steps < 1000
    )

    select led_to.company_id
    from (
        select
            chain.to_company_id as company_id,
            chain.steps
        from chain
        union all
        select
            {{ company_id }},
            0 as steps
    ) as led_to
    order by led_to.steps desc
    limit 1
)
{%- endmacro %}
