{% macro checked_correction(from, to, kind, reason, aliases, execute) %}
{#-
  The arguments of correct_company_id() as a dictionary of the same names, trimmed. Stops with an error that names the one
  that cannot be right, before the database is asked.
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
    'execute': [execute, {'is': 'boolean'}],
}) -%}
{%- set complaint = namespace(text=none) -%}
{%- for name, value in {'from': from, 'to': to}.items() -%}
    {%- set company_id = value | string | trim -%}
    {%- if company_id | upper in company_enrichment.company_id_placeholders() -%}
        {%- set complaint.text = name ~ " must be a company id, not " ~ company_enrichment.shown(value) -%}
    {%- elif company_id | length > 100 -%}
        {%- set complaint.text = name ~ " is longer than 100 characters" -%}
    {%- elif company_id == '__EMPTY__' -%}
        {%- set complaint.text = name ~ " is __EMPTY__, which is nobody's id: give the alias a mapping" -%}
    {%- elif modules.re.fullmatch('TEMP_[0-9]{6,}', company_id) -%}
        {%- set complaint.text = name ~ " is a temporary id: give its name a mapping, and the next run re-points it" -%}
    {%- endif -%}
{%- endfor -%}
{%- if not complaint.text -%}
    {%- if (from | string | trim) == (to | string | trim) -%}
        {%- set complaint.text = "from and to are the same id" -%}
    {%- elif aliases is not none and kind == 'merged' -%}
        {%- set complaint.text = "aliases that move one by one are corrected, not merged" -%}
    {%- endif -%}
{%- endif -%}
{%- if complaint.text -%}
    {{ exceptions.raise_compiler_error("In correct_company_id: " ~ complaint.text) }}
{%- endif -%}
{{- return({'from': from | string | trim, 'to': to | string | trim, 'kind': kind, 'reason': reason | trim, 'aliases': aliases}) -}}
{% endmacro %}
