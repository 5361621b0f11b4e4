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
{%- set highest_plausible = [issued.highest + company_enrichment.checked_var('published_temp_id_limit'), 2147483647] | min -%}
{%- set impossible, implausible = [], [] -%}
{%- for entry in published -%}
    {%- set text = entry.column ~ '::text' -%}
    {%- set query -%}
select distinct {{ text }}, {{ text }} ~ '^TEMP_([0-9]{6}|[1-9][0-9]{6,9})$' and length({{ text }}) <= 15
from {{ entry.relation }}
where
    {{ text }} ~* '^[[:space:]]*temp_'
    and case
        when {{ text }} ~ '^TEMP_([0-9]{6}|[1-9][0-9]{6,9})$' then substr({{ text }}, 6)::bigint > {{ highest_plausible }}
        else true
    end
order by 1
limit 5
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {%- set found -%} {{ entry.relation }}.{{ entry.column }} holds {{ row[0] }} {%- endset -%}
        {%- do (implausible if row[1] and row[0][5:] | int <= 2147483647 else impossible).append(found) -%}
    {%- endfor -%}
{%- endfor -%}
{%- if impossible -%}
    {%- call company_enrichment.refuse('adopt') -%}
        these are no temporary ids, which are TEMP_ and a number of six to ten digits that is no greater than 2147483647:
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
