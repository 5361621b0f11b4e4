{% macro checked_correction(from, to, kind, reason, aliases, allow_unknown, execute) %}
{#-
  The arguments of correct_company_id() as a dictionary of the same names, the ids as clean_company_id() leaves them. Stops
  with an error that names the one that cannot be right; of an id, company_id_fault() says so.
-#}
{%- set known_types = (company_enrichment.match_types() | map(attribute='match_type') | list) + ['lookup'] -%}
{#- Without characters that a terminal obeys: both ids are shown to whoever decides. -#}
{%- set text = {'is': 'text', 'or_integer': true, 'says': 'a company id',
    'matches': '[^\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+'} -%}
{%- do company_enrichment.begin_operation('correct_company_id', {
    'from': [from, text],
    'to': [to, text],
    'kind': [kind, {'is': 'choice', 'of': ['merged', 'corrected'], 'says': 'merged or corrected'}],
    'reason': [reason, {'is': 'text', 'longest': 1000, 'says': 'a text of 1 to 1000 characters that says why'}],
    'aliases': [aliases, {
        'is': 'list', 'or_null': true, 'at_least': 1, 'says': 'a list of {match_type: …, alias: …}',
        'entries': {'is': 'fields', 'required': ['match_type', 'alias'], 'fields': {
            'match_type': {'is': 'choice', 'of': known_types}, 'alias': {'is': 'text', 'or_integer': true}}}}],
    'allow_unknown': [allow_unknown, {'is': 'boolean'}],
    'execute': [execute, {'is': 'boolean'}],
}) -%}
{%- set is_deployed -%}
select to_regprocedure('{{ target.schema }}.company_id_fault(text)') is not null
{%- endset -%}
{%- if not company_enrichment.value_of(is_deployed) -%}
    {%- call company_enrichment.refuse('correct_company_id') -%}
        schema {{ target.schema }} is not deployed, or by an older version. First: dbt run
    {%- endcall -%}
{%- endif -%}
{%- set ids = {} -%}
{%- for name, value in {'from': from, 'to': to}.items() -%}
    {%- set given = company_enrichment.quoted(value | string) -%}
    {%- set judge -%}
select {{ target.schema }}.clean_company_id({{ given }}), {{ target.schema }}.company_id_fault({{ given }})
    {%- endset -%}
    {%- set company_id, fault = run_query(judge).rows[0] -%}
    {%- do ids.update({name: company_id}) -%}
    {%- if fault -%}
        {%- call company_enrichment.refuse('correct_company_id') -%}
            {%- if company_id == company_enrichment.no_company() -%}
            {{ name }} is {{ company_id }}, which is nobody's id: give the alias a mapping
            {%- elif 'temporary id' in fault -%}
            {{ name }} is a temporary id: give its name a mapping, and the next run re-points it
            {%- elif 'longer' in fault -%}
            {{ name }} {{ fault }}
            {%- else -%}
            {{ name }} must be a company id, not {{ company_enrichment.shown(value) }}: it {{ fault }}
            {%- endif -%}
        {%- endcall -%}
    {%- endif -%}
{%- endfor -%}
{%- if ids.from == ids.to -%}
    {%- call company_enrichment.refuse('correct_company_id') -%} from and to are the same id {%- endcall -%}
{%- elif aliases is not none and kind == 'merged' -%}
    {%- call company_enrichment.refuse('correct_company_id') -%}
        aliases that move one by one are corrected, not merged
    {%- endcall -%}
{%- endif -%}
{{- return({'from': ids.from, 'to': ids.to, 'kind': kind, 'reason': reason | trim, 'aliases': aliases}) -}}
{% endmacro %}
