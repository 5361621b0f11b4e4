{% macro checked_correction(from, to, kind, reason, aliases, execute) %}
{#-
  The arguments of correct_company_id() as a dictionary of the same names, trimmed. Stops with an error that names the one
  that cannot be right, before the database is asked.
-#}
{%- set complaint = namespace(text=none) -%}
{%- for name, value in {'from': from, 'to': to}.items() -%}
    {%- set company_id = (value | string | trim) if value is string or value is integer and value is not boolean else '' -%}
    {%- if not company_id or company_id | upper in company_enrichment.company_id_placeholders() -%}
        {%- set complaint.text = name ~ " must be a company id, not " ~ (value | tojson) -%}
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
    {%- elif kind not in ['merged', 'corrected'] -%}
        {%- set complaint.text = "kind must be merged or corrected, not " ~ (kind | tojson) -%}
    {%- elif reason is not string or not reason | trim -%}
        {%- set complaint.text = "a reason is needed" -%}
    {%- elif execute is not boolean -%}
        {%- set complaint.text = "execute must be true or false, not " ~ (execute | tojson) -%}
    {%- elif aliases is not none and (aliases is string or aliases is mapping or aliases is not iterable or not aliases) -%}
        {%- set complaint.text = "aliases must be a list of {match_type: …, alias: …}, not " ~ (aliases | tojson) -%}
    {%- elif aliases is not none and kind == 'merged' -%}
        {%- set complaint.text = "aliases that move one by one are corrected, not merged" -%}
    {%- endif -%}
    {%- set known_types = (company_enrichment.match_types() | map(attribute='match_type') | list) + ['lookup'] -%}
    {%- for entry in aliases or [] if not complaint.text -%}
        {%- if entry is not mapping or entry.match_type not in known_types or entry.alias is none or not entry.alias | string | trim -%}
            {%- set complaint.text = "in aliases, " ~ (entry | tojson) ~ " needs an alias and a match_type out of "
                ~ known_types | join(', ') -%}
        {%- endif -%}
    {%- endfor -%}
{%- endif -%}
{%- if complaint.text -%}
    {{ exceptions.raise_compiler_error("In correct_company_id: " ~ complaint.text) }}
{%- endif -%}
{{- return({'from': from | string | trim, 'to': to | string | trim, 'kind': kind, 'reason': reason | trim, 'aliases': aliases}) -}}
{% endmacro %}
