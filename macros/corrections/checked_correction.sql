{% macro checked_correction(from, to, kind, reason, aliases, allow_unknown, execute) %}
{#-
  The arguments of correct_company_id() as a dictionary of the same names, the ids as clean_company_id() leaves them. Stops
  with an error that names the one that cannot be right; of an id, company_id_fault() says so.
-#}
{%- set complaint = namespace(text=none) -%}
{%- set ids = {} -%}
{%- if not run_query("select to_regprocedure('" ~ target.schema ~ ".company_id_fault(text)') is not null").columns[0].values()[0] -%}
    {%- set complaint.text = "schema " ~ target.schema ~ " is not deployed, or by an older version. First: dbt run" -%}
{%- endif -%}
{%- for name, value in {'from': from, 'to': to}.items() if not complaint.text -%}
    {%- if value is not string and (value is not integer or value is boolean) -%}
        {%- set complaint.text = name ~ " must be a company id, not " ~ (value | tojson) -%}
    {%- else -%}
        {%- set given = company_enrichment.quoted(value | string) -%}
        {%- set judge -%}
select {{ target.schema }}.clean_company_id({{ given }}), {{ target.schema }}.company_id_fault({{ given }})
        {%- endset -%}
        {%- set judged = run_query(judge).rows[0] -%}
        {%- do ids.update({name: judged[0]}) -%}
        {%- if judged[0] == '__EMPTY__' -%}
            {%- set complaint.text = name ~ " is __EMPTY__, which is nobody's id: give the alias a mapping" -%}
        {%- elif judged[1] and 'temporary id' in judged[1] -%}
            {%- set complaint.text = name ~ " is a temporary id: give its name a mapping, and the next run re-points it" -%}
        {%- elif judged[1] and 'longer' in judged[1] -%}
            {%- set complaint.text = name ~ " " ~ judged[1] -%}
        {%- elif judged[1] -%}
            {%- set complaint.text = name ~ " must be a company id, not " ~ (value | tojson) ~ ": it " ~ judged[1] -%}
        {%- endif -%}
    {%- endif -%}
{%- endfor -%}
{%- if not complaint.text -%}
    {%- if ids.from == ids.to -%}
        {%- set complaint.text = "from and to are the same id" -%}
    {%- elif kind not in ['merged', 'corrected'] -%}
        {%- set complaint.text = "kind must be merged or corrected, not " ~ (kind | tojson) -%}
    {%- elif reason is not string or not reason | trim -%}
        {%- set complaint.text = "a reason is needed" -%}
    {%- elif execute is not boolean -%}
        {%- set complaint.text = "execute must be true or false, not " ~ (execute | tojson) -%}
    {%- elif allow_unknown is not boolean -%}
        {%- set complaint.text = "allow_unknown must be true or false, not " ~ (allow_unknown | tojson) -%}
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
{{- return({'from': ids.from, 'to': ids.to, 'kind': kind, 'reason': reason | trim, 'aliases': aliases}) -}}
{% endmacro %}
