{% macro refuse_impossible_temp_ids(published, counter=none) %}
{#-
  Stops with an error that names published ids which begin like temporary ones and cannot be entered in the ledger: another
  form, a number beyond INTEGER, or one so far beyond every id issued, here and by the predecessor, that it is taken for an
  error (the var published_temp_id_limit): the counter could only follow it.

  Arguments
    published  what published_temp_ids() returned
    counter    the predecessor's temp_id_sequence, of any layout; none where it has none
-#}
{%- set issued = namespace(highest=company_enrichment.deployed_counter()) -%}
{%- set ledger = company_enrichment.table_or_empty('temp_company_ids', {'temp_number': 'integer'}) -%}
{%- set counters -%}
select greatest(
    (select max(ledger.temp_number) from {{ ledger }} as ledger)
    {%- if counter %}
    {%- for column in company_enrichment.counter_columns(counter) %},
    (select max({{ column }}) from {{ counter }})
    {%- endfor %}
    {%- endif %}
)
{%- endset -%}
{%- set issued.highest = [issued.highest, company_enrichment.value_of(counters) or 0] | max -%}
{%- set prefix = company_enrichment.temp_id_prefix() -%}
{%- set highest_number = company_enrichment.highest_temp_number() -%}
{%- set highest_plausible = [issued.highest + company_enrichment.checked_var('published_temp_id_limit'), highest_number] | min -%}
{%- set impossible, implausible = [], [] -%}
{%- for entry in published -%}
    {%- set text -%} {{ entry.column }}::text {%- endset -%}
    {%- set has_issued_form = company_enrichment.is_issued_form(text) -%}
    {%- set query -%}
select distinct {{ text }}, {{ has_issued_form }}
from {{ entry.relation }}
where
    {{ text }} ~* '^[[:space:]]*{{ prefix }}'
    and case
        when {{ has_issued_form }} then {{ company_enrichment.temp_number_of(text) }}::bigint > {{ highest_plausible }}
        else true
    end
order by 1
limit 5
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {%- set found -%} {{ entry.relation }}.{{ entry.column }} holds {{ row[0] }} {%- endset -%}
        {%- do (implausible if row[1] and row[0][prefix | length:] | int <= highest_number else impossible).append(found) -%}
    {%- endfor -%}
{%- endfor -%}
{%- if impossible -%}
    {%- call company_enrichment.refuse('adopt') -%}
        these are no temporary ids, which are {{ prefix }} and a number of six to ten digits that is no greater than {{ highest_number }}:
        {{ impossible | join('; ') }}. Correct these rows, or take the relation out of published_temp_ids.
    {%- endcall -%}
{%- elif implausible -%}
    {%- call company_enrichment.refuse('adopt') -%}
        the highest temporary id issued is number {{ issued.highest }}, and these lie so far beyond it that they are taken for
        errors: {{ implausible | join('; ') }}. Correct these rows, or raise the var published_temp_id_limit, which is
        {{ company_enrichment.checked_var('published_temp_id_limit') }}.
    {%- endcall -%}
{%- endif -%}
{% endmacro %}
